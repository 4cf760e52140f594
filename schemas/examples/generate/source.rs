//! Reads the JSON Schemas of all versions into a [`Model`], and puts right what they tell
//! otherwise than Go's types do.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::{Kind, Model, Type, Versions};

const OLDEST: u16 = 25;
const NEWEST: u16 = 37;

/// Definitions that are no objects, because their Go type unmarshals itself, and what they are.
/// The schemas give no structure for some of them, and `object` for others though Go takes
/// anything.
fn leaf(definition: &str) -> Option<Type> {
    let apimachinery = definition.strip_prefix("io.k8s.apimachinery.pkg.");
    Some(match apimachinery {
        Some("api.resource.Quantity") => Type::Quantity,
        Some("util.intstr.IntOrString") => Type::IntOrString,
        Some("apis.meta.v1.Time") => Type::Time,
        Some("apis.meta.v1.MicroTime") => Type::MicroTime,
        Some("apis.meta.v1.Duration") => Type::Duration,
        Some("apis.meta.v1.FieldsV1" | "runtime.RawExtension") => Type::Any,
        Some(_) => return None,
        None => {
            let name = definition.strip_prefix(APIEXTENSIONS)?;
            let schema = format!("{APIEXTENSIONS}JSONSchemaProps");
            match name {
                "JSON" => Type::Any,
                "JSONSchemaPropsOrBool" => Type::ObjectOrBool(schema),
                "JSONSchemaPropsOrArray" => Type::ObjectOrList(schema),
                "JSONSchemaPropsOrStringArray" => Type::ObjectOrStrings(schema),
                _ => return None,
            }
        }
    })
}

const APIEXTENSIONS: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

/// Reads `v1.NN.0-local/_definitions.json` of every version below `folder`.
pub fn read(folder: &Path) -> Result<Model, String> {
    let mut model = Model::default();
    for minor in OLDEST..=NEWEST {
        let path = folder.join(format!("v1.{minor}.0-local/_definitions.json"));
        let place = path.display();
        let text = std::fs::read(&path).map_err(|error| format!("{place}: {error}"))?;
        let json: Value = serde_json::from_slice(&text).map_err(|error| format!("{place}: {error}"))?;
        let definitions = json.get("$defs").and_then(Value::as_object);
        let definitions = definitions.ok_or_else(|| format!("{place}: no `$defs`"))?;
        add_version(&mut model, definitions, 1 << (minor - OLDEST)).map_err(|error| format!("{place}: {error}"))?;
    }
    model.keep_reachable();
    Ok(model)
}

fn add_version(model: &mut Model, definitions: &Map<String, Value>, version: Versions) -> Result<(), String> {
    for (name, definition) in definitions {
        if leaf(name).is_none() {
            add_object(model, name, definition, version).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    let mut kinds = Vec::new();
    for (name, definition) in definitions {
        for kind in list(definition, "x-kubernetes-group-version-kind") {
            kinds.push(read_kind(name, kind).ok_or_else(|| format!("{name}: kind {kind}"))?);
        }
    }
    // These two are listed for every group version that Go has types for, served or not.
    let everywhere = |kind: &Kind| matches!(kind.name.as_str(), "DeleteOptions" | "WatchEvent");
    let served: BTreeSet<_> =
        kinds.iter().filter(|kind| !everywhere(kind)).map(|kind| kind.api_version.clone()).collect();
    kinds.retain(|kind| served.contains(&kind.api_version));
    kinds.push(add_list(model, version));
    for kind in kinds {
        *model.kinds.entry(kind).or_default() |= version;
    }
    Ok(())
}

/// Adds the kind `List`, which the server knows but `OpenAPI` does not list.
fn add_list(model: &mut Model, version: Versions) -> Kind {
    let name = "io.k8s.api.core.v1.List";
    let metadata = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
    let object = model.objects.entry(name.to_owned()).or_default();
    object.add("apiVersion", Type::String, false, version);
    object.add("items", Type::List(Box::new(Type::Any)), true, version);
    object.add("kind", Type::String, false, version);
    object.add("metadata", Type::Object(metadata.to_owned()), false, version);
    Kind { api_version: "v1".to_owned(), name: "List".to_owned(), object: name.to_owned() }
}

fn read_kind(object: &str, kind: &Value) -> Option<Kind> {
    let part = |name| kind.get(name)?.as_str();
    let (group, version) = (part("group")?, part("version")?);
    Some(Kind {
        api_version: match group {
            "" => version.to_owned(),
            _ => format!("{group}/{version}"),
        },
        name: part("kind")?.to_owned(),
        object: object.to_owned(),
    })
}

fn add_object(model: &mut Model, name: &str, definition: &Value, version: Versions) -> Result<(), String> {
    if json_type(definition) != Some("object") || definition.get("additionalProperties").is_some() {
        return Err(format!("neither an object nor known: {definition}"));
    }
    let required = list(definition, "required");
    let object = model.objects.entry(name.to_owned()).or_default();
    let properties = definition.get("properties").and_then(Value::as_object);
    for (field, schema) in properties.into_iter().flatten() {
        let ty = read_type(schema).ok_or_else(|| format!("{field}: {schema}"))?;
        let required = required.iter().any(|name| name == field);
        object.add(field, ty, required, version);
    }
    Ok(())
}

/// The Go type that the schema of a field stands for; none if it is of no known form.
fn read_type(schema: &Value) -> Option<Type> {
    if let Some(reference) = schema.get("$ref") {
        let (_, definition) = reference.as_str()?.rsplit_once('/')?;
        return Some(leaf(definition).unwrap_or_else(|| Type::Object(definition.to_owned())));
    }
    let format = schema.get("format").and_then(Value::as_str);
    Some(match (json_type(schema)?, format) {
        ("string", None) => Type::String,
        ("string", Some("byte")) => Type::Bytes,
        ("boolean", None) => Type::Boolean,
        ("integer", Some("int32")) => Type::Int32,
        ("integer", Some("int64")) => Type::Int64,
        ("number", Some("double")) => Type::Float,
        ("array", None) => Type::List(Box::new(read_type(schema.get("items")?)?)),
        ("object", None) => Type::Map(Box::new(read_type(schema.get("additionalProperties")?)?)),
        _ => return None,
    })
}

/// The type of a schema; the schemas allow `null` beside it wherever a field is optional.
fn json_type(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|&name| name != "null"),
        name => name.as_str(),
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    let list = value.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}
