//! Events as they are shown: ids in their data become e-mails.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Error;
use crate::domain::event::Event;
use crate::domain::ids::PersonId;

use super::Names;

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// Counts from 1 within the ticket; gaps are events that you do not see.
    pub number: i32,
    /// When it took effect.
    pub at: Timestamp,
    /// When it was written down.
    pub recorded_at: Timestamp,
    pub by: String,
    pub by_name: String,
    pub kind: String,
    /// What changed; its fields depend on the kind.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// An event; ids in its data become e-mails.
pub fn event(e: &Event, names: &Names) -> Result<EventBody, Error> {
    let mut data = serde_json::to_value(&e.what).map_err(Error::unserializable)?;
    if let Some(fields) = data.as_object_mut() {
        fields.remove("kind");
        // For replays: who it is about stands there too.
        fields.remove("holders");
        name_people(fields, names);
    }
    Ok(EventBody {
        number: e.number,
        at: e.at,
        recorded_at: e.recorded_at,
        by: names.who(e.by),
        by_name: names.who_named(e.by),
        kind: e.what.kind().to_owned(),
        data,
    })
}

/// The fields of events that hold a person.
const PEOPLE: [&str; 6] = ["about", "requester", "owner", "holder", "person", "agreed_by"];

/// The people whom events name.
pub fn people_in(events: &[Event]) -> Vec<PersonId> {
    events.iter().flat_map(|e| e.what.people()).collect()
}

fn name_people(fields: &mut serde_json::Map<String, serde_json::Value>, names: &Names) {
    use serde_json::Value;
    let email = |v: &Value| v.as_i64().map(|id| Value::String(names.email(PersonId(id))));
    for (key, value) in fields.iter_mut() {
        match value {
            Value::Number(_) if PEOPLE.contains(&key.as_str()) => {
                if let Some(named) = email(value) {
                    *value = named;
                }
            }
            Value::Object(moved) if key == "owner" || key == "holder" => {
                for side in moved.values_mut() {
                    if let Some(named) = email(side) {
                        *side = named;
                    }
                }
            }
            Value::Array(items) => {
                for item in items.iter_mut().filter_map(Value::as_object_mut) {
                    name_people(item, names);
                }
            }
            _ => {}
        }
    }
}
