//! Reads a form with files, `multipart/form-data` (RFC 7578). Pure.

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub name: String,
    /// Whether it has a file name: then it is a file, else a plain field.
    pub is_file: bool,
    /// Its own media type, in lower case and without parameters.
    pub media_type: Option<String>,
    pub bytes: Vec<u8>,
}

/// The parts of a form. `None` when the body is no form, or does not end as one.
pub(super) fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary").filter(|text| !text.is_empty())?;
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter needs no line end before it.
    let mut rest =
        body.strip_prefix(&delimiter[2..]).or_else(|| Some(&body[find(body, &delimiter)? + delimiter.len()..]))?;
    let mut found = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &delimiter)?;
        found.push(part(&rest[..end])?);
        rest = &rest[end + delimiter.len()..];
    }
    Some(found)
}

fn part(bytes: &[u8]) -> Option<Part> {
    let head_end = find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..head_end]).ok()?;
    let header = |wanted: &str| {
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim()).next()
    };
    let disposition = header("content-disposition")?.strip_prefix("form-data")?;
    let media_type = header("content-type");
    Some(Part {
        name: parameter(disposition, "name")?,
        is_file: parameter(disposition, "filename").is_some(),
        media_type: media_type.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()),
        bytes: bytes[head_end + 4..].to_vec(),
    })
}

/// A parameter such as `name="image"`, with or without quotation marks.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let fields = text.split(';').filter_map(|field| field.split_once('='));
    let value =
        fields.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim()).next()?;
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(quoted.unwrap_or(value).to_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_byte_by_byte() {
        let body = b"preamble\r\n--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\
            content-type: Image/PNG; x=1\r\n\r\n\x89PNG\r\n--\r\n\0\r\n--b\r\n\
            Content-Disposition: form-data; name=tag\r\n\r\n\r\n--b--\r\nepilogue";
        let file = Part {
            name: "image".to_owned(),
            is_file: true,
            media_type: Some("image/png".to_owned()),
            bytes: b"\x89PNG\r\n--\r\n\0".to_vec(),
        };
        let field = Part { name: "tag".to_owned(), is_file: false, media_type: None, bytes: Vec::new() };
        assert_eq!(parts("multipart/form-data; boundary=\"b\"", body), Some(vec![file, field]));
        assert_eq!(parts("multipart/form-data; boundary=b", b"--b--"), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_form_is_none() {
        let whole = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--";
        for (content_type, body) in [
            ("application/json", whole),
            ("multipart/form-data", whole),
            ("multipart/form-data; boundary=", whole),
            ("multipart/form-data; boundary=c", whole),
            ("multipart/form-data; boundary=b", &whole[..whole.len() - 6]),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"),
            ("multipart/form-data; boundary=b", "--bx"),
            ("multipart/form-data; boundary=b", ""),
        ] {
            assert_eq!(parts(content_type, body.as_bytes()), None, "{content_type} {body}");
        }
        assert!(parts("multipart/form-data; boundary=b", whole.as_bytes()).is_some());
    }
}
