//! A recipe as an XMP packet, which Bridge, digiKam and exiftool show, and back.
//!
//! The packet says everything twice. Single properties are for people and for other programs. One property, `recipe`,
//! holds all of it as JSON and is the one that is read: XML 1.0 cannot write the control characters that a prompt may
//! hold, and other programs may tidy up what looks like text to them. The JSON is plain ASCII, so that neither can
//! happen to it.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesPI, BytesStart, BytesText, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;
use quick_xml::writer::Writer;

use super::{NAME_LIMIT, Recipe};
use crate::domain::request::InputPicture;

/// The namespace of our properties. It is a name and no page: nothing is fetched from it, ever.
pub const NAMESPACE: &str = "https://rushes.video/ns/recipe/1.0/";

const XMPMETA: &str = "adobe:ns:meta/";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";

/// What every XMP packet begins with; the id is fixed by the standard.
const PACKET_HEAD: &str = "xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"";

/// Number of blanks behind the content. Programs that add a property to a packet write it into them, so that they need
/// not move the film about.
const PADDING_BYTES: usize = 2048;

/// The deepest nesting of elements that is read. Real packets nest only a few deep.
const MAX_DEPTH: usize = 64;

/// The largest number of namespaces that one element may declare. Ours has four.
const MAX_DECLARATIONS: usize = 64;

/// Why a packet cannot be read, as a plain clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PacketError(String);

impl Recipe {
    /// The recipe as an XMP packet.
    pub fn to_packet(&self) -> String {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
        // Writing into memory does not fail.
        let packet = match self.write(&mut writer) {
            Ok(()) => String::from_utf8(writer.into_inner()).unwrap_or_default(),
            Err(error) => {
                debug_assert!(false, "{error}");
                String::new()
            }
        };
        let mut padded = String::with_capacity(packet.len() + PADDING_BYTES + 32);
        padded.push_str(&packet);
        for _ in 0..PADDING_BYTES / 64 {
            padded.push('\n');
            padded.extend(std::iter::repeat_n(' ', 63));
        }
        padded.push_str("\n<?xpacket end=\"w\"?>");
        padded
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        writer.write_event(Event::PI(BytesPI::new(PACKET_HEAD)))?;
        writer.create_element("x:xmpmeta").with_attribute(("xmlns:x", XMPMETA)).write_inner_content(|writer| {
            writer.create_element("rdf:RDF").with_attribute(("xmlns:rdf", RDF)).write_inner_content(|writer| {
                let names = [("xmlns:dc", DC), ("xmlns:xmp", XMP), ("xmlns:rushes", NAMESPACE)];
                writer
                    .create_element("rdf:Description")
                    .with_attribute(("rdf:about", ""))
                    .with_attributes(names)
                    .write_inner_content(|writer| self.write_properties(writer))?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }

    fn write_properties(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        property(writer, "dc:format", "video/mp4")?;
        writer.create_element("dc:description").write_inner_content(|writer| {
            writer.create_element("rdf:Alt").write_inner_content(|writer| {
                let text = legible(self.request.prompt());
                let item = writer.create_element("rdf:li").with_attribute(("xml:lang", "x-default"));
                item.write_text_content(BytesText::new(&text))?;
                Ok(())
            })?;
            Ok(())
        })?;
        property(writer, "xmp:CreatorTool", concat!("Rushes ", env!("CARGO_PKG_VERSION")))?;
        if let Some(made) = moment(self.made_at.or(self.ended_at).unwrap_or(self.created_at)) {
            property(writer, "xmp:CreateDate", &made)?;
        }
        for (name, value) in self.properties() {
            property(writer, &format!("rushes:{name}"), &value)?;
        }
        property(writer, "rushes:recipe", &self.to_ascii_json())
    }

    /// The properties for people and other programs, in the order in which they are shown. They are never read back.
    fn properties(&self) -> Vec<(&'static str, String)> {
        let request = &self.request;
        let mut all = Vec::new();
        let mut say = |name, value: Option<String>| all.extend(value.map(|value| (name, value)));
        let time = |time: Option<_>| time.and_then(moment);
        say("model", Some(request.model().to_string()));
        say("negativePrompt", Some(request.negative_prompt().to_owned()).filter(|text| !text.is_empty()));
        say("resolution", Some(request.resolution().to_string()));
        say("durationSecs", Some(request.duration().secs().to_string()));
        say("aspectRatio", Some(request.aspect_ratio().to_string()));
        say("audio", Some(request.audio().to_string()));
        say("thinking", Some(request.thinking().to_string()));
        say("seed", request.seed().map(|seed| seed.get().to_string()));
        say("seedDrawnByRushes", request.seed().map(|_| request.is_seed_drawn().to_string()));
        let name = |picture: &InputPicture| match picture {
            InputPicture::WebAddress(address) => address.clone(),
            InputPicture::Stored(stored) => format!("sha256:{}", stored.sha256),
        };
        say("startPicture", request.picture().map(name));
        say("endPicture", request.end_picture().map(name));
        say("gateway", Some(self.gateway.name().to_owned()));
        say("gatewayJob", self.remote_id.as_ref().map(ToString::to_string));
        say("job", Some(self.job.to_string()));
        say("price", Some(self.estimate.amount.to_string()));
        say("charged", Some(self.charge.word().to_owned()));
        say("createdAt", moment(self.created_at));
        say("sentAt", time(self.sent_at));
        say("acceptedAt", time(self.accepted_at));
        say("madeAt", time(self.made_at));
        say("endedAt", time(self.ended_at));
        say("project", self.project.as_ref().map(ToString::to_string));
        say("parentJob", self.parent.map(|parent| parent.job.to_string()));
        say("parentFrame", self.parent.map(|parent| parent.frame.to_string()));
        say("servedSha256", Some(self.film.sha256.to_string()));
        say("servedBytes", Some(self.film.served_bytes.to_string()));
        all
    }

    /// JSON in which everything but plain ASCII is escaped.
    fn to_ascii_json(&self) -> String {
        use std::fmt::Write as _;
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut ascii = String::with_capacity(json.len());
        for c in json.chars() {
            if c.is_ascii() && !c.is_ascii_control() {
                ascii.push(c);
            } else {
                // JSON is plain ASCII outside of its strings, and in a string any character may be written like this.
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing into a `String` does not fail.
                    write!(ascii, "\\u{unit:04x}").ok();
                }
            }
        }
        ascii
    }

    /// Reads a packet, also one that another program has rewritten in its own way. `None` when it holds no recipe.
    ///
    /// # Errors
    ///
    /// When the packet is not well-formed XML, or what it holds as a recipe is not a valid one.
    pub fn from_packet(packet: &[u8]) -> Result<Option<Self>, PacketError> {
        let Some(json) =
            recipe_property(packet).map_err(|reason| PacketError(format!("its XMP is damaged: {reason}")))?
        else {
            return Ok(None);
        };
        let recipe: Self = serde_json::from_str(json.trim())
            .map_err(|error| PacketError(format!("its recipe cannot be read: {}", shortened(&error.to_string()))))?;
        match recipe.harm() {
            Some(reason) => Err(PacketError(format!("its recipe cannot be true: {reason}"))),
            None => Ok(Some(recipe)),
        }
    }
}

fn property(writer: &mut Writer<Vec<u8>>, name: &str, value: &str) -> std::io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(&legible(value)))?;
    Ok(())
}

/// The text with a replacement character for everything that XML 1.0 cannot hold, however it is written.
fn legible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{1_0000}'.. => c,
            _ => char::REPLACEMENT_CHARACTER,
        })
        .collect()
}

/// A time written as `2026-06-04T12:00:00.123Z`. `None` for years that the calendar does not reach.
fn moment(time: crate::domain::UnixMillis) -> Option<String> {
    jiff::Timestamp::from_millisecond(time.0).ok().map(|time| time.to_string())
}

/// The beginning of an error message of the XML or JSON reader, which may repeat long parts of the file.
fn shortened(text: &str) -> String {
    crate::domain::ending::clean_text(text, NAME_LIMIT)
}

/// The text of our property, wherever in the packet it stands and whether as an element or as an attribute: RDF has
/// many ways to say the same.
fn recipe_property(packet: &[u8]) -> Result<Option<String>, String> {
    let text =
        std::str::from_utf8(packet).map_err(|error| format!("it is no text from byte {}", error.valid_up_to()))?;
    // Some programs fill the rest of the MP4 box with zeros.
    let mut reader = NsReader::from_str(text.trim_end_matches('\0'));
    reader.resolver_mut().set_max_declarations_per_element(MAX_DECLARATIONS);
    let is_ours = |found: &ResolveResult<'_>| *found == ResolveResult::Bound(Namespace(NAMESPACE.as_bytes()));
    let mut depth = 0_usize;
    // The depth of the property that is being read, and its text so far.
    let mut inside: Option<(usize, String)> = None;
    loop {
        let (found, event) = reader.read_resolved_event().map_err(|error| shortened(&error.to_string()))?;
        match event {
            Event::Start(start) => {
                let is_recipe = is_ours(&found) && start.local_name().as_ref() == b"recipe";
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err("it is too deep".to_owned());
                }
                if let Some(text) = recipe_attribute(&reader, &start)? {
                    return Ok(Some(text));
                }
                if is_recipe && inside.is_none() {
                    inside = Some((depth, String::new()));
                }
            }
            Event::Empty(start) => {
                if let Some(text) = recipe_attribute(&reader, &start)? {
                    return Ok(Some(text));
                }
            }
            Event::End(_) => {
                if inside.as_ref().is_some_and(|(at, _)| *at == depth) {
                    return Ok(inside.map(|(_, text)| text));
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(part) => {
                if let Some((_, text)) = &mut inside {
                    text.push_str(&part.xml10_content().map_err(|error| error.to_string())?);
                }
            }
            Event::CData(part) => {
                if let Some((_, text)) = &mut inside {
                    text.push_str(&part.xml10_content().map_err(|error| error.to_string())?);
                }
            }
            Event::GeneralRef(part) => {
                let Some((_, text)) = &mut inside else { continue };
                match part.resolve_char_ref().map_err(|error| shortened(&error.to_string()))? {
                    Some(c) => text.push(c),
                    None => {
                        let name = part.decode().map_err(|error| error.to_string())?;
                        let known = resolve_xml_entity(&name);
                        text.push_str(known.ok_or_else(|| "it uses a name that nobody explained".to_owned())?);
                    }
                }
            }
            Event::DocType(_) => return Err("it holds rules of its own".to_owned()),
            Event::Eof => return Ok(None),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// Our property written as an attribute.
fn recipe_attribute(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Option<String>, String> {
    for attribute in start.attributes().with_checks(false).flatten() {
        let (found, name) = reader.resolver().resolve_attribute(attribute.key);
        if name.as_ref() == b"recipe" && found == ResolveResult::Bound(Namespace(NAMESPACE.as_bytes())) {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            return value.map(|value| Some(value.into_owned())).map_err(|error| shortened(&error.to_string()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
