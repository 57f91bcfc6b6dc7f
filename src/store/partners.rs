//! Partner companies.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{PartnerId, PersonId};
use crate::domain::partner::Partner;

use super::Db;
use super::conditions::one_of;
use super::rows::us;
use super::schema::partners;

#[derive(Queryable, Selectable)]
#[diesel(table_name = partners)]
struct PartnerRow {
    id: i64,
    version: i64,
    slug: String,
    name: String,
    region: String,
    tier: Option<String>,
    zone: String,
    channel_manager_id: i64,
}

impl From<PartnerRow> for Partner {
    fn from(row: PartnerRow) -> Self {
        Self {
            id: PartnerId(row.id),
            version: row.version,
            slug: row.slug,
            name: row.name,
            region: row.region,
            tier: row.tier,
            zone: row.zone,
            channel_manager: PersonId(row.channel_manager_id),
        }
    }
}

/// A partner about to be added; everything is looked up.
pub struct NewRow<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub region: &'a str,
    pub tier: Option<&'a str>,
    pub zone: &'a str,
    pub channel_manager: PersonId,
}

/// What may change of a partner.
#[derive(AsChangeset, Default)]
#[diesel(table_name = partners)]
pub struct Edit {
    pub name: Option<String>,
    pub region: Option<String>,
    pub tier: Option<Option<String>>,
    pub zone: Option<String>,
    pub channel_manager_id: Option<i64>,
}

pub fn insert(db: &mut Db, new: &NewRow<'_>, now: Timestamp) -> QueryResult<PartnerId> {
    let id: i64 = diesel::insert_into(partners::table)
        .values((
            partners::version.eq(1),
            partners::slug.eq(new.slug),
            partners::name.eq(new.name),
            partners::region.eq(new.region),
            partners::tier.eq(new.tier),
            partners::zone.eq(new.zone),
            partners::channel_manager_id.eq(new.channel_manager.0),
            partners::created_at.eq(us(now)),
        ))
        .returning(partners::id)
        .get_result(db)?;
    Ok(PartnerId(id))
}

/// Changes what is given; false when `version` is not the present one.
pub fn edit(db: &mut Db, partner: PartnerId, version: i64, edit: &Edit) -> QueryResult<bool> {
    let rows = diesel::update(partners::table.find(partner.0).filter(partners::version.eq(version)))
        .set((edit, partners::version.eq(version + 1)))
        .execute(db)?;
    Ok(rows == 1)
}

pub fn find(db: &mut Db, id: PartnerId) -> QueryResult<Option<Partner>> {
    let row = partners::table.find(id.0).select(PartnerRow::as_select()).first(db).optional()?;
    Ok(row.map(Partner::from))
}

pub fn by_slug(db: &mut Db, slug: &str) -> QueryResult<Option<Partner>> {
    let row = partners::table
        .filter(partners::slug.eq(slug))
        .select(PartnerRow::as_select())
        .first(db)
        .optional()?;
    Ok(row.map(Partner::from))
}

/// Several partners by id, without order.
pub fn named(db: &mut Db, ids: &[PartnerId]) -> QueryResult<Vec<Partner>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = partners::table.filter(one_of(partners::id, ids)).select(PartnerRow::as_select()).load(db)?;
    Ok(rows.into_iter().map(Partner::from).collect())
}

/// Partners by slug, after `after`.
pub fn page(db: &mut Db, after: Option<&str>, limit: i64) -> QueryResult<Vec<Partner>> {
    let mut query = partners::table.select(PartnerRow::as_select()).into_boxed::<super::db::MultiBackend>();
    if let Some(after) = after {
        query = query.filter(partners::slug.gt(after.to_owned()));
    }
    let rows = query.order(partners::slug.asc()).limit(limit).load(db)?;
    Ok(rows.into_iter().map(Partner::from).collect())
}
