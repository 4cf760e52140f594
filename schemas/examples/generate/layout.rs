//! Writes the [`Model`] as the blob whose layout `src/blob.rs` describes.

use std::collections::{BTreeMap, BTreeSet};

use crate::hash::hash;
use crate::model::{Model, Type};

const MAGIC: &[u8; 4] = b"pls1";
const REQUIRED: u16 = 1 << 15;

type Index<'a, T> = BTreeMap<&'a T, u16>;

/// The bytes of the blob.
pub fn write(model: &Model) -> Result<Vec<u8>, String> {
    let strings = strings(model);
    let types = types(model);
    let objects: BTreeSet<&str> = model.objects.keys().map(String::as_str).collect();
    let index = Indexes { strings: number(&strings)?, types: number(&types)?, objects: number(&objects)? };
    let [starts, text] = string_sections(&index.strings);
    let types = rows(index.types.keys().map(|ty| type_row(ty, &index)))?;
    let [objects, fields, names, places, hashes] = object_sections(model, &index)?;
    let [kinds, groups] = kind_sections(model, &index)?;
    Ok(join(&[starts, text, types, objects, fields, kinds, groups, names, places, hashes]))
}

/// The numbers that strings, types and objects have in the blob.
struct Indexes<'a> {
    strings: Index<'a, str>,
    types: Index<'a, Type>,
    objects: Index<'a, str>,
}

fn object_sections(model: &Model, index: &Indexes) -> Result<[Section; 5], String> {
    let (mut object_rows, mut field_rows, mut hashes) = (vec![], vec![], vec![]);
    let mut places: BTreeMap<&str, Vec<[u16; 2]>> = BTreeMap::new();
    for (name, object) in &model.objects {
        object_rows.push([index.strings[name.as_str()], short(field_rows.len())?]);
        for (field, forms) in &object.fields {
            for form in forms {
                let place = [index.objects[name.as_str()], short(field_rows.len())?];
                places.entry(field).or_default().push(place);
                hashes.push(hash(field.as_bytes()));
                let required = if form.required { REQUIRED } else { 0 };
                let name = index.strings[field.as_str()];
                field_rows.push([name, index.types[&form.ty], form.versions | required]);
            }
        }
    }
    object_rows.push([0, short(field_rows.len())?]);

    let (mut name_rows, mut place_rows) = (vec![], vec![]);
    for (name, places) in places {
        name_rows.push([index.strings[name], short(place_rows.len())?]);
        place_rows.extend(places);
    }
    name_rows.push([0, short(place_rows.len())?]);
    Ok([
        closed(rows(object_rows)?),
        rows(field_rows)?,
        closed(rows(name_rows)?),
        rows(place_rows)?,
        Section { count: hashes.len(), bytes: hashes },
    ])
}

fn kind_sections(model: &Model, index: &Indexes) -> Result<[Section; 2], String> {
    let mut groups: BTreeMap<&str, u16> = BTreeMap::new();
    let mut kind_rows = vec![];
    for (kind, &versions) in &model.kinds {
        *groups.entry(kind.group()).or_default() |= versions;
        let name = |name: &String| index.strings[name.as_str()];
        let object = index.objects[kind.object.as_str()];
        kind_rows.push([name(&kind.api_version), name(&kind.name), object, versions]);
    }
    let group_rows = groups.iter().map(|(&name, &versions)| [index.strings[name], versions]);
    Ok([rows(kind_rows)?, rows(group_rows)?])
}

/// The bytes of a section and its number of entries.
struct Section {
    bytes: Vec<u8>,
    count: usize,
}

fn rows<const COLUMNS: usize>(rows: impl IntoIterator<Item = [u16; COLUMNS]>) -> Result<Section, String> {
    let mut section = Section { bytes: Vec::new(), count: 0 };
    for row in rows {
        section.count += 1;
        section.bytes.extend(row.iter().flat_map(|number| number.to_le_bytes()));
    }
    short(section.count)?;
    Ok(section)
}

/// Does not count the last row, which only closes the one before.
fn closed(section: Section) -> Section {
    Section { count: section.count - 1, ..section }
}

fn join(sections: &[Section]) -> Vec<u8> {
    let mut blob = MAGIC.to_vec();
    let mut start = MAGIC.len() + sections.len() * 8;
    for section in sections {
        for number in [start, section.count] {
            blob.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        start += section.bytes.len();
    }
    for section in sections {
        blob.extend(&section.bytes);
    }
    blob
}

fn string_sections(strings: &Index<str>) -> [Section; 2] {
    let (mut starts, mut text) = (vec![], vec![]);
    for string in strings.keys() {
        starts.push(text.len());
        text.extend(string.bytes());
    }
    starts.push(text.len());
    let offsets = starts.iter().flat_map(|&start| u32::try_from(start).unwrap_or(u32::MAX).to_le_bytes());
    [Section { bytes: offsets.collect(), count: strings.len() }, Section { count: text.len(), bytes: text }]
}

fn strings(model: &Model) -> BTreeSet<&str> {
    let mut strings = BTreeSet::new();
    for (name, object) in &model.objects {
        strings.insert(name.as_str());
        strings.extend(object.fields.keys().map(String::as_str));
    }
    for kind in model.kinds.keys() {
        strings.extend([kind.group(), &kind.api_version, &kind.name]);
    }
    strings
}

/// Every type that a field has, and every type that one of these is made of.
fn types(model: &Model) -> BTreeSet<&Type> {
    let forms = model.objects.values().flat_map(|object| object.fields.values());
    let mut pending: Vec<&Type> = forms.flatten().map(|field| &field.ty).collect();
    let mut types = BTreeSet::new();
    while let Some(ty) = pending.pop() {
        types.insert(ty);
        pending.extend(ty.parts().1);
    }
    types
}

/// The tags are those of `table::get`.
fn type_row(ty: &Type, index: &Indexes) -> [u16; 2] {
    let tag = match ty {
        Type::Object(_) => 0,
        Type::Map(_) => 1,
        Type::List(_) => 2,
        Type::String => 3,
        Type::Boolean => 4,
        Type::Int32 => 5,
        Type::Int64 => 6,
        Type::Float => 7,
        Type::Quantity => 8,
        Type::IntOrString => 9,
        Type::Time => 10,
        Type::MicroTime => 11,
        Type::Duration => 12,
        Type::Bytes => 13,
        Type::Any => 14,
        Type::ObjectOrBool(_) => 16,
        Type::ObjectOrList(_) => 17,
        Type::ObjectOrStrings(_) => 18,
    };
    let argument = match ty.parts() {
        (Some(object), _) => index.objects[object],
        (None, Some(inner)) => index.types[inner],
        (None, None) => 0,
    };
    [tag, argument]
}

fn number<'a, T: Ord + ?Sized>(sorted: &BTreeSet<&'a T>) -> Result<Index<'a, T>, String> {
    let numbered = sorted.iter().enumerate();
    numbered.map(|(number, &item)| Ok((item, short(number)?))).collect()
}

fn short(number: usize) -> Result<u16, String> {
    u16::try_from(number).map_err(|_| format!("{number} does not fit into the blob's 16 bits"))
}
