//! Integrators' bearer tokens. Only the hash of a token is kept.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::actor::Token;
use crate::domain::ids::{PartnerId, TokenId};

use super::Db;
use super::conditions::one_of;
use super::rows::us;
use super::schema::tokens;

/// Adds a token.
pub fn insert(
    db: &mut Db,
    name: &str,
    hash: &str,
    reads: bool,
    writes: bool,
    partner: Option<PartnerId>,
    now: Timestamp,
) -> QueryResult<TokenId> {
    let id: i64 = diesel::insert_into(tokens::table)
        .values((
            tokens::name.eq(name),
            tokens::token_hash.eq(hash),
            tokens::reads.eq(reads),
            tokens::writes.eq(writes),
            tokens::partner_id.eq(partner.map(|id| id.0)),
            tokens::created_at.eq(us(now)),
        ))
        .returning(tokens::id)
        .get_result(db)?;
    Ok(TokenId(id))
}

type Row = (i64, String, bool, bool, Option<i64>);

fn token((id, name, reads, writes, partner): Row) -> Token {
    Token { id: TokenId(id), name, reads, writes, partner: partner.map(PartnerId) }
}

/// The token with this hash, unless it was revoked.
pub fn by_hash(db: &mut Db, hash: &str) -> QueryResult<Option<Token>> {
    let row: Option<Row> = tokens::table
        .filter(tokens::token_hash.eq(hash))
        .filter(tokens::revoked_at.is_null())
        .select((tokens::id, tokens::name, tokens::reads, tokens::writes, tokens::partner_id))
        .first(db)
        .optional()?;
    Ok(row.map(token))
}

/// Several tokens by id, revoked ones too: history names them.
pub fn named(db: &mut Db, ids: &[TokenId]) -> QueryResult<Vec<Token>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = tokens::table
        .filter(one_of(tokens::id, ids))
        .select((tokens::id, tokens::name, tokens::reads, tokens::writes, tokens::partner_id))
        .load(db)?;
    Ok(rows.into_iter().map(token).collect())
}
