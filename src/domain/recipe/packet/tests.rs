use proptest::prelude::*;

use super::super::samples::{job_strategy, ready};
use super::*;
use crate::domain::{Draft, Job, Seed};

fn recipe_with(prompt: &str) -> Recipe {
    let request = Draft { prompt: prompt.to_owned(), ..Draft::default() }.to_request().expect("a good draft");
    Recipe::of(&Job { request, ..ready() }).expect("a clip")
}

/// A packet around one property, as some other program might write it.
fn foreign(inner: &str) -> String {
    format!(
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='{RDF}'>{inner}</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
}

#[test]
fn the_packet_is_what_other_programs_expect() {
    let mut recipe = recipe_with("a <boat> & \"rain\"");
    recipe.request = recipe.request.with_seed(Seed::MAX, true);
    let packet = recipe.to_packet();
    for part in [
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
        "<rdf:li xml:lang=\"x-default\">a &lt;boat&gt; &amp; &quot;rain&quot;</rdf:li>",
        "<dc:format>video/mp4</dc:format>",
        "<xmp:CreatorTool>Rushes ",
        "<rushes:seed>2147483647</rushes:seed>",
        "<rushes:seedDrawnByRushes>true</rushes:seedDrawnByRushes>",
        "<rushes:aspectRatio>16:9</rushes:aspectRatio>",
        "<xmp:CreateDate>2026-05-28T20:26:40Z</xmp:CreateDate>",
    ] {
        assert!(packet.contains(part), "{part} is missing in {packet}");
    }
    assert!(packet.ends_with("<?xpacket end=\"w\"?>"));
    assert!(packet.len() < 8192, "{}", packet.len());
}

#[test]
fn what_xml_cannot_hold_survives() {
    for prompt in [
        "nul \0 bell \u{7} esc \u{1b}[0m",
        "half \u{fffe} \u{ffff}",
        "a\r\nb\rc",
        "]]> & &#0; \\u0041",
        "日本 🎞️ é e\u{301}",
    ] {
        let recipe = recipe_with(prompt);
        let packet = recipe.to_packet();
        assert_eq!(Recipe::from_packet(packet.as_bytes()), Ok(Some(recipe)), "{prompt:?}");
        let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{1_0000}'..);
        assert!(packet.chars().all(is_legal), "{prompt:?}");
    }
}

#[test]
fn a_packet_that_another_program_wrote_anew_is_read() {
    let recipe = recipe_with("a 'boat' & <rain> 🎞️");
    let json = recipe.to_ascii_json();
    let attribute = json.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let text = json.replace('&', "&#38;").replace('<', "&#x3C;");
    for (name, inner) in [
        ("attribute", format!("<rdf:Description xmlns:r='{NAMESPACE}' r:recipe=\"{attribute}\"/>")),
        (
            "attribute of an open element",
            format!("<rdf:Description xmlns:r='{NAMESPACE}' r:recipe=\"{attribute}\">x</rdf:Description>"),
        ),
        (
            "another prefix",
            format!("<rdf:Description><q:recipe xmlns:q='{NAMESPACE}'>\n {text}\n </q:recipe></rdf:Description>"),
        ),
        ("default namespace", format!("<recipe xmlns='{NAMESPACE}'>{text}</recipe>")),
        ("character data", format!("<recipe xmlns='{NAMESPACE}'><![CDATA[{json}]]></recipe>")),
    ] {
        assert_eq!(Recipe::from_packet(foreign(&inner).as_bytes()), Ok(Some(recipe.clone())), "{name}");
    }
    let padded = recipe.to_packet() + "\0\0\0";
    assert_eq!(Recipe::from_packet(padded.as_bytes()), Ok(Some(recipe)));
}

#[test]
fn hostile_packets_are_refused_and_foreign_ones_have_no_recipe() {
    let good = recipe_with("a boat").to_ascii_json();
    let ours = |json: &str| foreign(&format!("<recipe xmlns='{NAMESPACE}'>{}</recipe>", json.replace('&', "&amp;")));
    let deep = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    for (name, packet, says) in [
        ("nothing", String::new(), None),
        ("foreign", foreign("<rdf:Description/>"), None),
        ("the same name in another namespace", foreign(&format!("<recipe xmlns='urn:x'>{good}</recipe>")), None),
        ("a prefix that nobody declared", foreign(&format!("<rushes:recipe>{good}</rushes:recipe>")), None),
        ("cut", recipe_with("a boat").to_packet()[..900].to_owned(), None),
        ("no JSON", ours("nonsense"), Some("cannot be read")),
        ("empty", ours(""), Some("cannot be read")),
        ("a request that cannot be", ours(&good.replace("a boat", " ")), Some("cannot be read")),
        (
            "a checksum that leads elsewhere",
            ours(&good.replace(&"0a".repeat(32), "../../x")),
            Some("this is no checksum"),
        ),
        ("deep", foreign(&deep(100_000)), Some("too deep")),
        ("entities", format!("<!DOCTYPE x [<!ENTITY a \"{good}\">]>{}", foreign("&a;")), Some("rules of its own")),
        ("an unknown entity", ours("").replace("></recipe", ">&lol;</recipe"), Some("nobody explained")),
        ("unclosed", format!("<recipe xmlns='{NAMESPACE}'><a></b>"), Some("damaged")),
    ] {
        let found = Recipe::from_packet(packet.as_bytes());
        match says {
            None => assert!(matches!(found, Ok(None)) || found.is_err(), "{name}: {found:?}"),
            Some(says) => {
                let error = found.expect_err(name).to_string();
                assert!(error.contains(says) && error.len() < 400, "{name}: {error}");
            }
        }
    }
    assert!(Recipe::from_packet(&[0xff, 0xfe, 0x00]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn packets_come_back_as_they_were(job in job_strategy()) {
        let recipe = Recipe::of(&job).expect("a clip");
        let packet = recipe.to_packet();
        prop_assert_eq!(Recipe::from_packet(packet.as_bytes()), Ok(Some(recipe)));
    }

    #[test]
    fn no_packet_makes_the_reader_panic(noise in "(<|>|/|a|:|recipe|xmlns='https://rushes.video/ns/recipe/1.0/'|&|;|#|\"|'| |=|!\\[CDATA\\[|\\]\\]>|\\?|\\PC){0,60}") {
        Recipe::from_packet(noise.as_bytes()).ok();
    }
}
