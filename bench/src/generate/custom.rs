//! `CustomResourceDefinitions` with the deep schemas that code generators write.

use std::fmt::Write as _;

use super::{line, words};
use crate::rng::Rng;

/// A definition.
pub fn definition(rng: &mut Rng, number: usize) -> String {
    let mut out = String::with_capacity(10_240);
    let kind = format!("{}{number}", rng.pick(&["Backup", "Queue", "Topic", "Certificate", "Rollout"]));
    let lower = kind.to_lowercase();
    out.push_str("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n");
    out.push_str("  annotations:\n    controller-gen.kubebuilder.io/version: v0.16.1\n");
    line!(out, "  name: {lower}s.example.com");
    out.push_str("spec:\n  group: example.com\n  names:\n");
    line!(out, "    kind: {kind}");
    line!(out, "    listKind: {kind}List");
    line!(out, "    plural: {lower}s");
    line!(out, "    singular: {lower}");
    out.push_str("  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n");
    out.push_str(
        "    additionalPrinterColumns:\n    - jsonPath: .status.phase\n      name: Phase\n      type: string\n",
    );
    out.push_str("    subresources:\n      status: {}\n    schema:\n      openAPIV3Schema:\n");
    line!(out, "        description: {kind} is {}", words::sentence(rng, 8));
    out.push_str("        type: object\n        required:\n        - spec\n        properties:\n");
    for plain in ["apiVersion", "kind"] {
        line!(out, "          {plain}:");
        line!(out, "            description: |-");
        line!(out, "              {}", words::sentence(rng, 14));
        line!(out, "              {}", words::sentence(rng, 11));
        line!(out, "            type: string");
    }
    out.push_str("          metadata:\n            type: object\n");
    for part in ["spec", "status"] {
        line!(out, "          {part}:");
        object(&mut out, rng, 12, 0);
    }
    out
}

/// The schema of an object, with objects in it, three levels deep.
fn object(out: &mut String, rng: &mut Rng, indent: usize, depth: usize) {
    let at = " ".repeat(indent);
    line!(out, "{at}description: {}", words::sentence(rng, 9));
    line!(out, "{at}type: object");
    line!(out, "{at}properties:");
    for number in 0..rng.between(2, 4) {
        line!(out, "{at}  {}{number}:", rng.pick(words::COMPONENTS));
        match rng.below(if depth < 2 { 6 } else { 4 }) {
            0 => {
                line!(out, "{at}    description: {}", words::sentence(rng, 7));
                line!(out, "{at}    type: integer");
                line!(out, "{at}    format: int32");
                line!(out, "{at}    minimum: {}", rng.below(10));
                line!(out, "{at}    maximum: {}", rng.between(100, 65_535));
            }
            1 => {
                line!(out, "{at}    type: string");
                line!(out, "{at}    default: Always");
                line!(out, "{at}    enum:");
                line!(out, "{at}    - Always");
                line!(out, "{at}    - Never");
                line!(out, "{at}    - IfNotPresent");
            }
            2 => {
                line!(out, "{at}    anyOf:");
                line!(out, "{at}    - type: integer");
                line!(out, "{at}    - type: string");
                line!(out, "{at}    pattern: ^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))$");
                line!(out, "{at}    x-kubernetes-int-or-string: true");
            }
            3 => {
                line!(out, "{at}    description: {}", words::sentence(rng, 10));
                line!(out, "{at}    type: object");
                line!(out, "{at}    additionalProperties:");
                line!(out, "{at}      type: string");
            }
            4 => {
                line!(out, "{at}    type: array");
                line!(out, "{at}    x-kubernetes-list-type: atomic");
                line!(out, "{at}    items:");
                object(out, rng, indent + 6, depth + 1);
            }
            _ => object(out, rng, indent + 4, depth + 1),
        }
    }
    line!(out, "{at}required:");
    line!(out, "{at}- {}", rng.pick(words::COMPONENTS));
}
