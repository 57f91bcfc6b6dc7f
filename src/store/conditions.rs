//! Conditions of statements that stay prepared, where diesel's own would have them prepared
//! anew each time: "one of these ids" as a single bind, and fixed words.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, backend::Backend};

use super::db::MultiBackend;

/// The column is one of these ids.
#[derive(Clone, Debug, QueryId)]
pub(super) struct OneOf<C> {
    column: C,
    ids: Vec<i64>,
    /// The same ids.
    json: String,
}

pub(super) fn one_of<C>(column: C, ids: impl IntoIterator<Item = i64>) -> OneOf<C> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let words: Vec<String> = ids.iter().map(i64::to_string).collect();
    OneOf { column, ids, json: format!("[{}]", words.join(",")) }
}

impl<C> Expression for OneOf<C> {
    type SqlType = Bool;
}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for OneOf<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for OneOf<C> {}

impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for OneOf<C> {}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<BigInt>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<MultiBackend> for OneOf<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

/// A condition in SQL as it stands. Only so is it the condition of a partial index, whatever
/// the planner knows of bound values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed(pub &'static str);

impl Expression for Fixed {
    type SqlType = Bool;
}

impl<G> ValidGrouping<G> for Fixed {
    type IsAggregate = is_aggregate::Never;
}

impl<QS> AppearsOnTable<QS> for Fixed {}

impl<QS> SelectableExpression<QS> for Fixed {}

/// Two conditions of this type are two statements.
impl QueryId for Fixed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}
