//! The tables, one description for both databases; a test holds it against what
//! the migrations make.

diesel::table! {
    facts (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    configurations (kind, version) {
        kind -> Text,
        version -> BigInt,
        effective_at -> BigInt,
        recorded_at -> BigInt,
        source -> Text,
        body -> Text,
        reason -> Nullable<Text>,
        by_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        version -> BigInt,
        email -> Text,
        name -> Text,
        role -> Text,
        partner_id -> Nullable<BigInt>,
        region -> Nullable<Text>,
        zone -> Text,
        password_hash -> Nullable<Text>,
        active -> Bool,
        created_at -> BigInt,
        last_assigned_at -> Nullable<BigInt>,
        live_tickets -> BigInt,
        day_from -> Integer,
        day_until -> Integer,
        keys -> Bool,
    }
}

diesel::table! {
    partners (id) {
        id -> BigInt,
        version -> BigInt,
        slug -> Text,
        name -> Text,
        region -> Text,
        tier -> Nullable<Text>,
        zone -> Text,
        channel_manager_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    teams (code) {
        code -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    memberships (person_id, team) {
        person_id -> BigInt,
        team -> Text,
        lead -> Bool,
    }
}

diesel::table! {
    tokens (id) {
        id -> BigInt,
        name -> Text,
        token_hash -> Text,
        reads -> Bool,
        writes -> Bool,
        partner_id -> Nullable<BigInt>,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        person_id -> BigInt,
        kind -> Text,
        secret_hash -> Text,
        previous_hash -> Nullable<Text>,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    links (token_hash) {
        token_hash -> Text,
        kind -> Text,
        person_id -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    tickets (id) {
        id -> BigInt,
        reference -> Text,
        version -> BigInt,
        partner_id -> BigInt,
        requester_id -> BigInt,
        owner_id -> BigInt,
        team -> Text,
        category -> Text,
        category_group -> Text,
        reported_category -> Text,
        about_id -> Nullable<BigInt>,
        subject -> Text,
        description -> Text,
        impact -> Text,
        urgency -> Text,
        deadline_at -> Nullable<BigInt>,
        value_hundredths -> Nullable<BigInt>,
        value_currency -> Nullable<Text>,
        blocks -> Nullable<Text>,
        distributor -> Nullable<Text>,
        priority -> Text,
        priority_reason -> Text,
        state -> Text,
        close_reason -> Nullable<Text>,
        merged_into_id -> Nullable<BigInt>,
        rung -> Integer,
        waiting_on -> Nullable<Text>,
        clocks -> Text,
        opened_at -> BigInt,
        updated_at -> BigInt,
        next_clock_at -> BigInt,
        check_at -> BigInt,
        ladder_version -> BigInt,
        calendar -> Text,
        calendar_version -> BigInt,
        last_event -> Integer,
        last_message -> Integer,
        stands_in_for_id -> Nullable<BigInt>,
        asked_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    rungs (ticket_id, number) {
        ticket_id -> BigInt,
        number -> Integer,
        name -> Text,
        stand -> Text,
        holder_id -> Nullable<BigInt>,
        due_at -> Nullable<BigInt>,
        reached_at -> Nullable<BigInt>,
        cause -> Nullable<Text>,
    }
}

diesel::table! {
    promises (ticket_id, number) {
        ticket_id -> BigInt,
        number -> Integer,
        kind -> Text,
        label -> Nullable<Text>,
        due_at -> BigInt,
        start_at -> BigInt,
        origin -> Text,
        made_at -> BigInt,
        made_by -> Text,
        made_by_id -> Nullable<BigInt>,
        supersedes -> Nullable<Integer>,
        reason -> Nullable<Text>,
        told_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        done_at -> Nullable<BigInt>,
        dropped -> Bool,
    }
}

diesel::table! {
    events (ticket_id, number) {
        ticket_id -> BigInt,
        number -> Integer,
        kind -> Text,
        at -> BigInt,
        recorded_at -> BigInt,
        by_kind -> Text,
        by_id -> Nullable<BigInt>,
        public -> Bool,
        data -> Text,
    }
}

diesel::table! {
    messages (ticket_id, number) {
        ticket_id -> BigInt,
        number -> Integer,
        by_kind -> Text,
        by_id -> Nullable<BigInt>,
        by_partner -> Bool,
        visibility -> Text,
        body -> Text,
        written_at -> BigInt,
        delivered_at -> Nullable<BigInt>,
        headline -> Nullable<Text>,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        dedup_key -> Text,
        message_id -> Text,
        kind -> Text,
        person_id -> BigInt,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        state -> Text,
        created_at -> BigInt,
        sender -> Text,
        recipient_name -> Text,
        html -> Text,
        in_reply_to -> Nullable<Text>,
        thread -> Text,
        automatic -> Bool,
        ticket_id -> Nullable<BigInt>,
        side -> Nullable<Text>,
        message -> Nullable<Integer>,
        rung -> Nullable<Integer>,
        not_before -> BigInt,
        next_try_at -> BigInt,
        first_try_at -> Nullable<BigInt>,
        attempts -> Integer,
        claim -> Nullable<Text>,
        claimed_until -> Nullable<BigInt>,
        settled_at -> Nullable<BigInt>,
        trouble -> Nullable<Text>,
        layout -> Nullable<Text>,
        html_title -> Text,
        html_footer -> Text,
        unsubscribe -> Nullable<Text>,
    }
}

diesel::table! {
    layouts (hash) {
        hash -> Text,
        html -> Text,
    }
}

diesel::table! {
    submissions (actor, submission_key) {
        actor -> Text,
        submission_key -> Text,
        digest -> Text,
        status -> Integer,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    absences (id) {
        id -> BigInt,
        version -> BigInt,
        person_id -> BigInt,
        from_at -> BigInt,
        effective_at -> BigInt,
        until_at -> Nullable<BigInt>,
        stand_in_id -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        created_at -> BigInt,
        created_by -> Nullable<BigInt>,
        begun_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    blobs (hash) {
        hash -> Text,
        size -> BigInt,
        whole -> Bool,
        loose_since -> Nullable<BigInt>,
    }
}

diesel::table! {
    blob_chunks (hash, number) {
        hash -> Text,
        number -> Integer,
        bytes -> Binary,
    }
}

diesel::table! {
    attachments (ticket_id, number) {
        ticket_id -> BigInt,
        number -> Integer,
        message -> Nullable<Integer>,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        blob -> Text,
        by_kind -> Text,
        by_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::joinable!(memberships -> people (person_id));
diesel::joinable!(tickets -> partners (partner_id));
diesel::joinable!(rungs -> tickets (ticket_id));
diesel::joinable!(promises -> tickets (ticket_id));
diesel::joinable!(events -> tickets (ticket_id));
diesel::joinable!(outbox -> tickets (ticket_id));
diesel::joinable!(outbox -> layouts (layout));
diesel::table! {
    mutes (person_id, ticket_id) {
        person_id -> BigInt,
        ticket_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    watchers (ticket_id, person_id) {
        ticket_id -> BigInt,
        person_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    texts (ticket_id) {
        ticket_id -> BigInt,
        partner -> Text,
        internal -> Text,
    }
}

diesel::table! {
    views (id) {
        id -> BigInt,
        person_id -> BigInt,
        name -> Text,
        query -> Text,
        shared -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    bulk_changes (bulk, ticket_id) {
        bulk -> Text,
        ticket_id -> BigInt,
        person_id -> BigInt,
        made_at -> BigInt,
        before -> Text,
        event -> Integer,
        trouble -> Nullable<Text>,
        undone_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(views -> people (person_id));
diesel::joinable!(bulk_changes -> tickets (ticket_id));
diesel::joinable!(mutes -> tickets (ticket_id));

diesel::allow_tables_to_appear_in_same_query!(
    facts,
    configurations,
    people,
    partners,
    teams,
    memberships,
    tokens,
    sessions,
    links,
    tickets,
    rungs,
    promises,
    events,
    messages,
    outbox,
    layouts,
    submissions,
    absences,
    blobs,
    blob_chunks,
    attachments,
    mutes,
    watchers,
    texts,
    views,
    bulk_changes
);
