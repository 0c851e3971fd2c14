//! The page of the user's bucket: what is typed, what is filled in for known servers, what is wrong with it, and what a
//! test found. Pure.

use crate::domain::BucketPlace;
use crate::domain::hosting::{BucketCheck, BucketField, BucketKeys, BucketStep, PREFIX_AT_FIRST, PlaceFault};

/// The servers that are known by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumIter)]
pub enum Server {
    /// Amazon S3.
    #[default]
    Aws,
    /// Cloudflare R2.
    R2,
    /// Backblaze B2.
    B2,
    /// A MinIO or Garage server of one's own.
    Minio,
    /// Any other server that speaks S3.
    Other,
}

impl Server {
    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS S3",
            Self::R2 => "Cloudflare R2",
            Self::B2 => "Backblaze B2",
            Self::Minio => "MinIO, Garage",
            Self::Other => "Other",
        }
    }

    /// The address of its server for a region; `None` where that depends on more than the region.
    fn endpoint(self, region: &str) -> Option<String> {
        let region = region.trim();
        match self {
            Self::Aws => Some(format!("https://s3.{region}.amazonaws.com")),
            Self::B2 => Some(format!("https://s3.{region}.backblazeb2.com")),
            Self::R2 | Self::Minio | Self::Other => None,
        }
        .filter(|_| !region.is_empty())
    }

    /// What an address there looks like.
    pub fn endpoint_example(self) -> &'static str {
        match self {
            Self::Aws => "https://s3.eu-central-1.amazonaws.com",
            Self::R2 => "https://<account id>.r2.cloudflarestorage.com",
            Self::B2 => "https://s3.us-west-004.backblazeb2.com",
            Self::Minio | Self::Other => "https://s3.example.com",
        }
    }

    /// The region that is filled in.
    fn region(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::R2 => "auto",
            Self::B2 => "us-west-004",
            Self::Minio => "us-east-1",
            Self::Other => "",
        }
    }

    /// Whether the bucket stands in the path of addresses there.
    fn path_style(self) -> bool {
        self != Self::Aws
    }

    /// One line of help.
    pub fn help(self) -> &'static str {
        match self {
            Self::Aws => {
                "Keys of a user who may s3:PutObject, s3:GetObject and s3:DeleteObject in this bucket, no more."
            }
            Self::R2 => {
                "The account id stands in R2's overview. A token with “Object Read & Write” for this bucket is enough."
            }
            Self::B2 => {
                "The bucket's page names its endpoint; the region is the middle part of it. The application key needs writeFiles, readFiles and deleteFiles."
            }
            Self::Minio => {
                "The gateways have to reach this server over the internet. Garage calls its region garage unless told otherwise."
            }
            Self::Other => "Any server that speaks S3 with signatures of version 4, and that the gateways can reach.",
        }
    }

    fn of(place: &BucketPlace) -> Self {
        let host = place.endpoint.host_str().unwrap_or_default();
        match host {
            _ if host.ends_with(".amazonaws.com") => Self::Aws,
            _ if host.ends_with(".r2.cloudflarestorage.com") => Self::R2,
            _ if host.ends_with(".backblazeb2.com") => Self::B2,
            _ => Self::Other,
        }
    }
}

/// The place of a bucket as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketForm {
    /// Whose server it is.
    pub server: Server,
    /// The address of the server.
    pub endpoint: String,
    /// The region that goes into signatures.
    pub region: String,
    /// The name of the bucket.
    pub bucket: String,
    /// What the names of all objects begin with.
    pub prefix: String,
    /// Whether the bucket stands in the path of addresses.
    pub path_style: bool,
}

impl BucketForm {
    /// The form of a bucket that is set up, or of none.
    pub fn of(place: Option<&BucketPlace>) -> Self {
        match place {
            Some(place) => Self {
                server: Server::of(place),
                endpoint: place.endpoint.as_str().trim_end_matches('/').to_owned(),
                region: place.region.clone(),
                bucket: place.bucket.clone(),
                prefix: place.prefix.clone(),
                path_style: place.path_style,
            },
            None => {
                let mut form = Self {
                    server: Server::Other,
                    endpoint: String::new(),
                    region: String::new(),
                    bucket: String::new(),
                    prefix: PREFIX_AT_FIRST.to_owned(),
                    path_style: true,
                };
                form.choose(Server::default());
                form
            }
        }
    }

    /// Another server was chosen: what depends on it is filled in anew. The bucket and the prefix stay.
    pub fn choose(&mut self, server: Server) {
        self.server = server;
        self.region = server.region().to_owned();
        self.endpoint = server.endpoint(&self.region).unwrap_or_default();
        self.path_style = server.path_style();
    }

    /// Another region was typed. An address that followed from the one before follows from this one.
    pub fn set_region(&mut self, region: String) {
        let followed = self.endpoint.trim().is_empty()
            || Some(self.endpoint.trim()) == self.server.endpoint(&self.region).as_deref();
        self.region = region;
        if followed {
            self.endpoint = self.server.endpoint(&self.region).unwrap_or_default();
        }
    }

    /// The place that is typed.
    ///
    /// # Errors
    ///
    /// [`PlaceFault`] names the first part that cannot be used.
    pub fn place(&self) -> Result<BucketPlace, PlaceFault> {
        BucketPlace::new(&self.endpoint, &self.region, &self.bucket, &self.prefix, self.path_style)
    }

    /// What is wrong with a part, as a sentence beside its field. An empty field needs no blame.
    pub fn problem_at(&self, field: BucketField) -> Option<String> {
        let text = match field {
            BucketField::Endpoint => &self.endpoint,
            BucketField::Region => &self.region,
            BucketField::Bucket => &self.bucket,
            BucketField::Prefix => &self.prefix,
        };
        let is_typed = !text.trim().is_empty();
        // Each part is judged beside good ones, so that all that are wrong say so at once.
        let good =
            |own: BucketField, text: &str, good: &str| if own == field { text.to_owned() } else { good.to_owned() };
        // Whether a name fits depends on the server that it is to stand in front of, once there is one.
        let is_server = BucketPlace::new(&self.endpoint, "auto", "pictures", "", true).is_ok();
        let endpoint = match field {
            BucketField::Bucket if is_server => self.endpoint.clone(),
            _ => good(BucketField::Endpoint, &self.endpoint, "https://s3.example.com"),
        };
        let fault = BucketPlace::new(
            &endpoint,
            &good(BucketField::Region, &self.region, "auto"),
            &good(BucketField::Bucket, &self.bucket, "pictures"),
            &good(BucketField::Prefix, &self.prefix, ""),
            self.path_style,
        );
        fault.err().filter(|fault| is_typed && fault.field == field).map(|fault| fault.sentence)
    }
}

/// The keys as they are typed, and what is wrong with each: a sentence beside its field.
#[derive(Clone, Debug)]
pub struct TypedKeys {
    /// The keys, if both can be used.
    pub keys: Option<BucketKeys>,
    /// Whether neither was typed.
    pub are_empty: bool,
    /// What is wrong with the access key ID.
    pub id_problem: Option<&'static str>,
    /// What is wrong with the secret.
    pub secret_problem: Option<&'static str>,
}

/// Reads the keys as they are typed.
pub fn typed_keys(access_key_id: &str, secret: &str) -> TypedKeys {
    let problem = |text: &str, sentence| {
        let is_wrong = !text.trim().is_empty() && BucketKeys::new(text, "x").is_none();
        is_wrong.then_some(sentence)
    };
    TypedKeys {
        keys: BucketKeys::new(access_key_id, secret),
        are_empty: access_key_id.trim().is_empty() && secret.trim().is_empty(),
        id_problem: problem(access_key_id, "An access key ID is one word of letters, digits and signs."),
        secret_problem: problem(secret, "A secret is one word of letters, digits and signs."),
    }
}

/// What a test found of one of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepFound {
    /// It works.
    Works,
    /// It does not: a sentence.
    Fails(String),
    /// It was not tried, because one before it does not work.
    NotTried,
}

/// The three steps of a test, each with what was found.
pub fn steps(check: &BucketCheck) -> [(&'static str, StepFound); 3] {
    let names = [
        (BucketStep::Write, "Write a small object"),
        (BucketStep::Read, "Read it by a signed link, as a gateway does"),
        (BucketStep::Delete, "Delete it"),
    ];
    let place = |step: BucketStep| names.iter().position(|(own, _)| *own == step).unwrap_or_default();
    names.map(|(step, name)| {
        let found = match check {
            BucketCheck::Works => StepFound::Works,
            BucketCheck::Fails { step: failed, trouble, .. } => match place(step).cmp(&place(*failed)) {
                std::cmp::Ordering::Less => StepFound::Works,
                std::cmp::Ordering::Equal => StepFound::Fails(trouble.sentence(step)),
                // What was written is deleted again also where it cannot be read.
                std::cmp::Ordering::Greater => StepFound::NotTried,
            },
        };
        (name, found)
    })
}

/// What a test left behind, as a sentence.
pub fn left_behind(check: &BucketCheck) -> Option<String> {
    match check {
        BucketCheck::Fails { left: Some(key), .. } => Some(format!("The test object {key} is left in the bucket.")),
        BucketCheck::Fails { left: None, .. } | BucketCheck::Works => None,
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::domain::hosting::BucketTrouble;

    #[test]
    fn known_servers_fill_in_what_follows_from_them() {
        let mut form = BucketForm::of(None);
        form.bucket = "pictures".to_owned();
        for (server, endpoint, region, path_style) in [
            (Server::Aws, "https://s3.us-east-1.amazonaws.com", "us-east-1", false),
            (Server::R2, "", "auto", true),
            (Server::B2, "https://s3.us-west-004.backblazeb2.com", "us-west-004", true),
            (Server::Minio, "", "us-east-1", true),
            (Server::Other, "", "", true),
        ] {
            form.choose(server);
            assert_eq!((form.endpoint.as_str(), form.region.as_str()), (endpoint, region), "{server:?}");
            assert_eq!((form.path_style, form.bucket.as_str()), (path_style, "pictures"));
        }
        form.choose(Server::Aws);
        form.set_region("eu-central-1".to_owned());
        assert_eq!(form.endpoint, "https://s3.eu-central-1.amazonaws.com");
        form.endpoint = "https://s3.typed.example".to_owned();
        form.set_region("eu-west-1".to_owned());
        assert_eq!(form.endpoint, "https://s3.typed.example", "what was typed stays");
    }

    #[test]
    fn a_bucket_that_is_set_up_comes_back_as_it_was() {
        for (endpoint, server) in [
            ("https://s3.eu-central-1.amazonaws.com", Server::Aws),
            ("https://0123.r2.cloudflarestorage.com", Server::R2),
            ("https://s3.us-west-004.backblazeb2.com", Server::B2),
            ("http://127.0.0.1:9000", Server::Other),
        ] {
            let place = BucketPlace::new(endpoint, "auto", "pictures", "shots", true).expect("a place");
            let form = BucketForm::of(Some(&place));
            assert_eq!((form.server, form.place()), (server, Ok(place)));
        }
        for server in Server::iter() {
            let mut form = BucketForm::of(None);
            form.choose(server);
            (form.endpoint, form.region) =
                (server.endpoint_example().replace("<account id>", "0123"), "auto".to_owned());
            form.bucket = "pictures".to_owned();
            assert!(form.place().is_ok(), "{server:?}: the example can be used");
        }
    }

    #[test]
    fn bad_input_is_explained_beside_its_own_field() {
        let good = BucketPlace::new("https://s3.example.com", "auto", "pictures", "", true).expect("a place");
        let wrong = |change: fn(&mut BucketForm)| -> Vec<BucketField> {
            let mut form = BucketForm::of(Some(&good));
            change(&mut form);
            BucketField::iter().filter(|field| form.problem_at(*field).is_some()).collect()
        };
        assert_eq!(wrong(|_| {}), []);
        assert_eq!(wrong(|form| form.endpoint = "http://s3.example.com".to_owned()), [BucketField::Endpoint]);
        assert_eq!(wrong(|form| form.region = "eu central".to_owned()), [BucketField::Region]);
        assert_eq!(wrong(|form| form.bucket = "Pictures".to_owned()), [BucketField::Bucket]);
        assert_eq!(wrong(|form| form.prefix = "a//b".to_owned()), [BucketField::Prefix]);
        let both = |form: &mut BucketForm| {
            (form.region, form.prefix) = ("eu central".to_owned(), "../x".to_owned());
        };
        assert_eq!(wrong(both), [BucketField::Region, BucketField::Prefix], "all that are wrong say so");
        let empty = |form: &mut BucketForm| (form.endpoint, form.bucket) = (String::new(), String::new());
        assert_eq!(wrong(empty), [], "nothing is blamed for being empty");
        let only_a_name =
            |form: &mut BucketForm| (form.endpoint, form.bucket) = (String::new(), "My Pictures".to_owned());
        assert_eq!(wrong(only_a_name), [BucketField::Bucket], "nor hides an empty field what is wrong with another");
    }

    #[test]
    fn keys_are_used_together_and_each_says_what_is_wrong_with_it() {
        for (id, secret, is_used, id_wrong, secret_wrong) in [
            ("AKIA0001", "s3cr3t", true, false, false),
            (" AKIA0001 ", "s3cr3t\n", true, false, false),
            ("AKIA0001", "", false, false, false),
            ("", "", false, false, false),
            ("AKIA 0001", "s3cr3t", false, true, false),
            ("AKIA0001", "sécret", false, false, true),
        ] {
            let found = typed_keys(id, secret);
            assert_eq!(
                (found.keys.is_some(), found.id_problem.is_some(), found.secret_problem.is_some()),
                (is_used, id_wrong, secret_wrong),
                "{id} {secret}"
            );
        }
    }

    #[test]
    fn a_test_tells_each_step() {
        let found = |check: &BucketCheck| steps(check).map(|(_, found)| found);
        assert_eq!(found(&BucketCheck::Works), [StepFound::Works, StepFound::Works, StepFound::Works]);
        let fails = |step, left: Option<&str>| BucketCheck::Fails {
            step,
            trouble: BucketTrouble::NotAllowed,
            left: left.map(str::to_owned),
        };
        let says = |right: &str| match right {
            "s3:PutObject" => {
                StepFound::Fails("These keys may not do it: writing needs the right s3:PutObject.".to_owned())
            }
            _ => StepFound::Fails("These keys may not do it: deleting needs the right s3:DeleteObject.".to_owned()),
        };
        assert_eq!(
            found(&fails(BucketStep::Write, None)),
            [says("s3:PutObject"), StepFound::NotTried, StepFound::NotTried]
        );
        let left = fails(BucketStep::Delete, Some("rushes/test"));
        assert_eq!(found(&left), [StepFound::Works, StepFound::Works, says("s3:DeleteObject")]);
        assert_eq!(left_behind(&left).as_deref(), Some("The test object rushes/test is left in the bucket."));
    }
}
