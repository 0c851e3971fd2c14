//! Which model makes the clip, where there is more than one, and which gateways offer it. A pure view.

use crate::domain::catalog::Catalog;
use crate::domain::setting::ModelId;
use crate::domain::{Draft, GatewayId};

/// One model to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelChoice {
    /// The model.
    pub id: ModelId,
    /// Its name as people read it; its id where the catalog does not know it.
    pub name: String,
    /// Why nothing can be ordered of it; `None` when something can.
    pub off_because: Option<&'static str>,
}

/// The models to choose from, in the order of the catalog. Empty while there is nothing to choose.
pub fn choices(catalog: &Catalog, draft: &Draft) -> Vec<ModelChoice> {
    let known = |model: &crate::domain::catalog::Model| ModelChoice {
        id: model.id.clone(),
        name: model.name.clone(),
        off_because: None,
    };
    let mut choices: Vec<_> = catalog.models().iter().map(known).collect();
    if catalog.model(&draft.model).is_none() {
        // A draft of another release, or of a model file that is gone. It stays what it is until another is chosen.
        let name = draft.model.to_string();
        choices.push(ModelChoice { id: draft.model.clone(), name, off_because: Some("not known here") });
    }
    if choices.len() < 2 { Vec::new() } else { choices }
}

/// Why a gateway cannot make a clip of the draft's model, as a sentence; `None` where it can.
pub fn not_offered(catalog: &Catalog, model: &ModelId, gateway: GatewayId) -> Option<String> {
    match catalog.model(model) {
        None => Some(format!("The model {model} is not known here. Choose another one.")),
        Some(known) if known.gateways.contains_key(&gateway) => None,
        Some(known) => Some(format!("{} does not offer {}.", gateway.title(), known.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = include_str!("../../../assets/catalog/pixverse-v5.6.json");

    /// The models of this release and one more, which aigateway does not offer.
    fn two_models() -> Catalog {
        let mut model: serde_json::Value = serde_json::from_str(FIRST).expect("JSON");
        (model["id"], model["name"]) = ("pixverse-v6".into(), "PixVerse V6".into());
        model["gateways"].as_object_mut().expect("gateways").remove("aigateway");
        let mut catalog = Catalog::built_in();
        catalog.add(&model.to_string()).expect("one more");
        catalog
    }

    fn names(catalog: &Catalog, draft: &Draft) -> Vec<String> {
        choices(catalog, draft).into_iter().map(|choice| choice.name).collect()
    }

    #[test]
    fn there_is_a_choice_only_where_there_is_more_than_one_model() {
        let mut draft = Draft::default();
        assert!(names(&Catalog::built_in(), &draft).is_empty());
        assert_eq!(names(&two_models(), &draft), ["PixVerse V5.6", "PixVerse V6"]);
        draft.model = ModelId::new("pixverse-v9").expect("a name");
        let choices = choices(&Catalog::built_in(), &draft);
        assert_eq!(choices.len(), 2, "there must be a way back from a model that is not known");
        assert_eq!((choices[1].name.as_str(), choices[1].off_because), ("pixverse-v9", Some("not known here")));
    }

    #[test]
    fn a_gateway_without_the_model_says_so() {
        let catalog = two_models();
        let (first, next) = (ModelId::default(), ModelId::new("pixverse-v6").expect("a name"));
        let unknown = ModelId::new("pixverse-v9").expect("a name");
        for (model, gateway, reason) in [
            (&first, GatewayId::Aigateway, None),
            (&next, GatewayId::Apiin, None),
            (&next, GatewayId::Pixverse, None),
            (&next, GatewayId::Aigateway, Some("aigateway does not offer PixVerse V6.")),
            (&unknown, GatewayId::Apiin, Some("The model pixverse-v9 is not known here. Choose another one.")),
        ] {
            assert_eq!(not_offered(&catalog, model, gateway).as_deref(), reason, "{model} at {gateway}");
        }
    }
}
