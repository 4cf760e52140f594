//! Text to trees, as go-yaml v2 reads it for kubectl and the API server.
//!
//! The way of a file: [`decode`] turns bytes into text, [`split`] cuts the text into documents as
//! kubectl's reader does, [`Tree::parse`] reads one document into an arena of nodes with byte
//! spans. Scalars stay in the text: a node only knows where it stands, and its value is read when
//! it is asked for.

mod build;
mod check;
mod de;
mod directive;
mod encoding;
mod grammar;
mod json;
mod jsoncheck;
mod keys;
mod lex;
mod number;
mod parse;
mod resolve;
mod scan;
mod split;
mod syntax;
mod text;
mod time;
mod token;
mod tree;
mod value;

pub use de::{DecodeError, from_node, from_node_without};
pub use encoding::{Encoding, EncodingError, decode, encode};
pub use split::{Chunk, OwnedChunk, Splitter, split};
pub use syntax::SyntaxError;
pub use tree::{Children, Entries, Field, Kind, NodeId, Span, Style, Tree};
