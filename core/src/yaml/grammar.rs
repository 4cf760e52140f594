//! The grammar's rules for collections, one function for each state of the parser.

use super::parse::{Parser, State};
use super::scan::Scan;
use super::syntax::SyntaxError;
use super::token::{Token, TokenKind};
use super::tree::{Kind, NodeId, Span, Style};

impl Parser<'_> {
    pub(super) fn block_sequence_entry(&mut self) -> Scan<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                self.scanner.skip();
                self.states.push(State::BlockSequenceEntry);
                match self.scanner.peek()?.kind {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => self.empty(token.end),
                    _ => return self.node(true, false),
                }
                Ok(())
            }
            TokenKind::BlockEnd => {
                self.scanner.skip();
                self.close(self.last_end);
                Ok(())
            }
            _ => self.misplaced(token, "a `-` is expected here, in line with those above"),
        }
    }

    /// A list whose `-` stand as deep as the key before them.
    pub(super) fn indentless_entry(&mut self) -> Scan<()> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::BlockEntry {
            self.close(self.last_end);
            return Ok(());
        }
        self.scanner.skip();
        self.states.push(State::IndentlessEntry);
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty(token.end);
                Ok(())
            }
            _ => self.node(true, false),
        }
    }

    #[inline]
    pub(super) fn block_mapping_key(&mut self) -> Scan<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                self.scanner.skip();
                self.states.push(State::BlockMappingValue);
                match self.scanner.peek()?.kind {
                    TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                        self.empty(token.end);
                        Ok(())
                    }
                    _ => self.node(true, true),
                }
            }
            TokenKind::BlockEnd => {
                self.scanner.skip();
                self.close(self.last_end);
                Ok(())
            }
            TokenKind::Value => self.misplaced(token, "a key is missing before this `:`"),
            _ => self.misplaced(token, "a key is expected here, in line with those above"),
        }
    }

    #[inline]
    pub(super) fn block_mapping_value(&mut self) -> Scan<()> {
        let token = self.scanner.peek()?;
        self.states.push(State::BlockMappingKey);
        if token.kind != TokenKind::Value {
            self.empty(self.last_end);
            return Ok(());
        }
        self.scanner.skip();
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty(token.end);
                Ok(())
            }
            _ => self.node(true, true),
        }
    }

    #[cold]
    fn misplaced<T>(&self, token: Token, message: &str) -> Scan<T> {
        let error = SyntaxError::new(token.start as usize, message);
        let start = self.open.last().map_or(0, |&id| self.tree.node(NodeId(id)).start);
        Err(error.with(Span { start, end: start + 1 }, "the list or mapping that it breaks starts here"))
    }

    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Scan<()> {
        let mut token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowSequenceEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return self.unclosed(token, '[', ']');
                }
                self.scanner.skip();
                token = self.scanner.peek()?;
            }
            if token.kind == TokenKind::Key {
                self.scanner.skip();
                self.states.push(State::FlowSequenceEntry);
                self.open(token, Kind::Mapping, Style::FlowCollection, 0)?;
                self.last_end = token.end;
                return self.flow_pair_key();
            }
            if token.kind != TokenKind::FlowSequenceEnd {
                self.states.push(State::FlowSequenceEntry);
                return self.node(false, false);
            }
        }
        self.scanner.skip();
        self.close(token.end);
        Ok(())
    }

    /// The key of a pair inside of `[]`.
    fn flow_pair_key(&mut self) -> Scan<()> {
        self.states.push(State::FlowPairValue);
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // go-yaml drops the token it has looked at, which loses a `]` or `,` here.
                self.scanner.skip();
                self.empty(token.start);
                Ok(())
            }
            _ => self.node(false, false),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Scan<()> {
        self.states.push(State::FlowPairEnd);
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            self.scanner.skip();
            let next = self.scanner.peek()?;
            if !matches!(next.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                return self.node(false, false);
            }
            self.empty(token.end);
            return Ok(());
        }
        self.empty(self.last_end);
        Ok(())
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Scan<()> {
        let mut token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowMappingEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return self.unclosed(token, '{', '}');
                }
                self.scanner.skip();
                token = self.scanner.peek()?;
            }
            if token.kind == TokenKind::Key {
                self.scanner.skip();
                self.states.push(State::FlowMappingValue);
                let next = self.scanner.peek()?;
                return match next.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        self.empty(token.end);
                        Ok(())
                    }
                    _ => self.node(false, false),
                };
            }
            if token.kind != TokenKind::FlowMappingEnd {
                self.states.push(State::FlowMappingEmptyValue);
                return self.node(false, false);
            }
        }
        self.scanner.skip();
        self.close(token.end);
        Ok(())
    }

    pub(super) fn flow_mapping_value(&mut self) -> Scan<()> {
        self.states.push(State::FlowMappingKey);
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            self.scanner.skip();
            let next = self.scanner.peek()?;
            if !matches!(next.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                return self.node(false, false);
            }
            self.empty(token.end);
            return Ok(());
        }
        self.empty(self.last_end);
        Ok(())
    }

    #[cold]
    fn unclosed<T>(&self, token: Token, opening: char, closing: char) -> Scan<T> {
        let start = self.open.last().map_or(0, |&id| self.tree.node(NodeId(id)).start);
        let error = if matches!(token.kind, TokenKind::StreamEnd | TokenKind::DocumentStart | TokenKind::DocumentEnd) {
            SyntaxError::new(start as usize, format!("this `{opening}` is never closed"))
        } else {
            SyntaxError::new(token.start as usize, format!("a `,` or `{closing}` is expected here"))
        };
        Err(error.with(Span { start, end: start + 1 }, format!("the `{opening}` stands here")))
    }
}
