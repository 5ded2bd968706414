//! Every frame and HTTP body is exactly the JSON that `docs/protocol.md` shows, in both directions.
//!
//! `DESKBELL_WRITE_GOLDEN=1 cargo test -p deskbell-protocol --test golden` writes the files anew; whoever
//! does that reads the difference, because clients in other languages depend on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::path::PathBuf;

use deskbell_protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The same id in every file: the n-th one of a story.
fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(n: u8) -> T {
    format!("0193f5a0-0000-7000-8000-0000000000{n:02x}").parse().expect("an id")
}

/// 2026-11-22, 09:00:00 UTC.
const NINE: Millis = Millis(1_795_338_000_000);

fn golden<T: Serialize + DeserializeOwned + PartialEq>(name: &str, value: &T) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.json"));
    let written = format!("{}\n", serde_json::to_string_pretty(value).expect("a value that serialises"));
    if std::env::var_os("DESKBELL_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &written).expect("a written golden file");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(stored, written, "{name} is written differently from its golden file");
    let read: T = serde_json::from_str(&stored).expect("a golden file that reads");
    assert!(read == *value, "{name} does not read back as what was written");
}

fn anna() -> Agent {
    Agent { id: id(1), name: "Anna".into(), role: Role::Agent }
}

fn conversation() -> Conversation {
    Conversation {
        id: id(0x10),
        queue: id(0x11),
        channel: Channel::Whatsapp,
        account: id(0x12),
        contact: id(0x13),
        contact_name: "Carla Nunes".into(),
        address: Some("+351 912 345 678".into()),
        window_until: Some(NINE.plus(86_400_000)),
        evidence: Evidence { state: EvidenceState::Verified, at: Some(NINE), failure: None, opt_in: None },
        last_position: Some(Position::first_at(NINE)),
        last_at: Some(NINE),
        preview: Some("Is my bike ready? 🚲".into()),
        version: LogPosition(41),
    }
}

fn contact() -> Contact {
    Contact {
        id: id(0x13),
        name: "Carla Nunes".into(),
        named: true,
        attributes: vec![Attribute { key: "city".into(), value: "Porto".into() }],
        phones: vec!["+351912345678".into()],
        emails: vec!["carla@example.org".into()],
        version: LogPosition(46),
    }
}

fn account() -> Account {
    Account {
        policy: None,
        id: id(0x12),
        name: "shop".into(),
        channel: Channel::Whatsapp,
        queue: id(0x11),
        notifications: true,
    }
}

fn assignment() -> Assignment {
    Assignment {
        contact: id(0x13),
        assigned: true,
        subscribed: false,
        until: Some(NINE.plus(2_592_000_000)),
        version: LogPosition(48),
    }
}

fn interaction() -> Interaction {
    Interaction {
        id: id(0x20),
        conversation: id(0x10),
        queue: id(0x11),
        state: InteractionState::Active,
        agent: Some(id(1)),
        agent_name: Some("Anna".into()),
        ended_by: None,
        participants: vec![Participant { agent: id(1), name: "Anna".into(), handled_ms: 0 }],
        created_at: NINE,
        active_since: Some(NINE.plus(4_000)),
        ended_at: None,
        done_at: None,
        waiting_since: Some(NINE),
        case: vec![CaseField { key: "referral.headline".into(), value: "Spring check for bikes".into() }],
        disposition: Some("repair.collected".into()),
        note: "Comes by on Saturday.".into(),
        version: LogPosition(42),
    }
}

fn message() -> Message {
    Message {
        id: id(0x30),
        conversation: id(0x10),
        interaction: Some(id(0x20)),
        position: Position::first_at(NINE),
        at: NINE,
        author: Author::Contact,
        content: Content::Text { body: "Is my bike ready? 🚲".into() },
        delivery: None,
        state_at: None,
        failure: None,
        attempt: 1,
        late: false,
        quote: None,
        reactions: vec![],
        version: LogPosition(43),
    }
}

fn failure() -> Failure {
    Failure {
        reason: "whatsapp.131026".into(),
        sentence: "Not delivered. The number may not have WhatsApp, or cannot receive this message.".into(),
        remedy: Remedy::ConfirmAddress,
        class: None,
    }
}

fn answer() -> Message {
    Message {
        id: id(0x31),
        position: Position::first_at(NINE.plus(9_000)),
        at: NINE.plus(9_000),
        author: Author::Agent { agent: id(1), name: "Anna".into() },
        content: Content::Text { body: "Yes, since this morning.".into() },
        delivery: Some(DeliveryState::Failed),
        state_at: Some(NINE),
        failure: Some(failure()),
        quote: Some(Quote {
            message: Some(id(0x30)),
            author: Some(Author::Contact),
            preview: "Is my bike ready? 🚲".into(),
        }),
        reactions: vec![Reaction { author: Author::Contact, emoji: "👍".into() }],
        version: LogPosition(47),
        ..message()
    }
}

fn offer() -> Offer {
    Offer {
        id: id(0x40),
        interaction: id(0x20),
        conversation: id(0x10),
        queue: id(0x11),
        queue_name: "Workshop".into(),
        channel: Channel::Whatsapp,
        contact_name: "Carla Nunes".into(),
        preview: "Is my bike ready? 🚲".into(),
        agent: id(1),
        state: OfferState::Ringing,
        automatic: false,
        offered_at: NINE,
        deadline: NINE.plus(20_000),
        version: LogPosition(40),
    }
}

fn status() -> ChannelStatus {
    ChannelStatus {
        agent: id(1),
        channel: Channel::Whatsapp,
        readiness: Readiness::NotReady,
        reason: Some("Break".into()),
        capacity: 3,
        load: 1,
        since: NINE,
        version: LogPosition(39),
    }
}

fn notice(n: u8, notice: Notice) -> Message {
    Message { id: id(n), author: Author::System, content: Content::Notice { notice }, ..message() }
}

#[test]
fn frames_of_the_client() {
    let cursor = Cursor { generation: id(0x50), position: LogPosition(38) };
    golden(
        "client_hello",
        &ClientFrame::Hello {
            protocol: PROTOCOL_VERSION,
            token: "the token of the sign-in".into(),
            app: "deskbell/0.1.0".into(),
            capabilities: vec![],
            cursor: Some(cursor),
        },
    );
    golden("client_resume", &ClientFrame::Resume { cursor });
    golden("client_ping", &ClientFrame::Ping { n: 7 });
    let command = |command| ClientFrame::Command { id: id(0x60), command };
    golden(
        "command_set_status",
        &command(Command::SetStatus {
            channel: Channel::Whatsapp,
            readiness: Readiness::NotReady,
            reason: Some("Break".into()),
        }),
    );
    golden("command_accept_offer", &command(Command::AcceptOffer { offer: id(0x40) }));
    golden("command_decline_offer", &command(Command::DeclineOffer { offer: id(0x40) }));
    golden(
        "command_report_alert",
        &command(Command::ReportAlert {
            offer: id(0x40),
            outcome: AlertOutcome::Suppressed,
            why: Some("Do not disturb is on".into()),
        }),
    );
    golden(
        "command_send_message",
        &ClientFrame::Command {
            id: id(0x31),
            command: Command::SendMessage {
                message: id(0x31),
                conversation: id(0x10),
                body: "Yes, since this morning.".into(),
                written_at: NINE.plus(9_000),
                seen: Some(Position::first_at(NINE)),
            },
        },
    );
    golden("command_end_interaction", &command(Command::EndInteraction { interaction: id(0x20) }));
    golden("command_mark_done", &command(Command::MarkDone { interaction: id(0x20) }));
    golden("command_resume_interaction", &command(Command::ResumeInteraction { interaction: id(0x20) }));
    golden(
        "command_set_disposition",
        &command(Command::SetDisposition {
            interaction: id(0x20),
            disposition: Some("repair.collected".into()),
        }),
    );
    golden(
        "command_set_note",
        &command(Command::SetNote { interaction: id(0x20), note: "Comes by on Saturday.".into() }),
    );
    golden(
        "command_set_case_field",
        &command(Command::SetCaseField { interaction: id(0x20), key: "order".into(), value: "4711".into() }),
    );
}

#[test]
fn frames_of_the_hub() {
    golden(
        "hub_welcome",
        &HubFrame::Welcome {
            protocol: PROTOCOL_VERSION,
            hub: id(0x52),
            generation: id(0x50),
            head: LogPosition(47),
            now: NINE.plus(10_000),
            session: id(0x51),
            agent: anna(),
            settings: Box::new(HubSettings {
                hub_name: "Bike shop".into(),
                cache_days: 90,
                reasons: vec!["Break".into(), "Meeting".into()],
                waiting_yellow_s: 60,
                waiting_red_s: 180,
                heartbeat_s: 15,
                dispositions: vec![Disposition {
                    id: "repair.collected".into(),
                    path: vec!["Repair".into(), "Collected".into()],
                }],
                disposition_required: false,
                case_fields: vec![CaseKey {
                    key: "order".into(),
                    label: "Order number".into(),
                    editable: true,
                }],
                write_a_message: true,
                window_warning_s: 3_600,
                opt_in_sources: vec!["By phone".into()],
            }),
            capabilities: vec![],
        },
    );
    golden(
        "hub_refused",
        &HubFrame::Refused {
            error: ErrorBody::new(
                ErrorCode::Incompatible,
                "This hub speaks protocol version 1. Update the app or the hub.",
            ),
        },
    );
    golden("hub_cursor_too_old", &HubFrame::CursorTooOld {});
    let error = ErrorBody {
        code: ErrorCode::RateLimited,
        message: "Too many commands at once. Nothing was changed; it is tried again.".into(),
        retry_after_ms: Some(1_000),
    };
    golden("hub_reply_done", &HubFrame::Reply { id: id(0x60), error: None });
    golden("hub_reply_refused", &HubFrame::Reply { id: id(0x60), error: Some(error) });
    golden("hub_pong", &HubFrame::Pong { n: 7, now: NINE });
    golden("hub_entries_none", &HubFrame::Entries { entries: vec![], upto: LogPosition(47) });
}

#[test]
fn entries_of_the_log() {
    let entry = |name: &str, position, change| {
        let entries = vec![Entry { position: LogPosition(position), change }];
        golden(name, &HubFrame::Entries { entries, upto: LogPosition(position) });
    };
    entry("entry_conversation", 41, Change::Conversation { row: conversation() });
    entry("entry_interaction", 42, Change::Interaction { row: interaction() });
    entry("entry_message", 43, Change::Message { row: message() });
    entry("entry_message_failed", 47, Change::Message { row: answer() });
    entry("entry_offer", 40, Change::Offer { row: offer() });
    entry("entry_status", 39, Change::Status { row: status() });
    entry("entry_granted", 44, Change::Granted { scope: Scope::Conversation(id(0x10)) });
    entry("entry_revoked", 45, Change::Revoked { scope: Scope::Queue(id(0x11)) });
}

#[test]
fn system_lines_and_placeholders() {
    golden(
        "message_placeholder",
        &Message {
            content: Content::Placeholder { what: "image".into(), caption: Some("the chain".into()) },
            ..message()
        },
    );
    golden(
        "message_notification",
        &Message {
            content: Content::Notification {
                template: "bike_ready".into(),
                language: "en".into(),
                header: Some("Bike shop".into()),
                body: "Hello Carla, your bike is ready.".into(),
                footer: None,
                buttons: vec!["I come today".into()],
            },
            delivery: Some(DeliveryState::Read),
            state_at: Some(NINE.plus(12_000)),
            failure: None,
            quote: None,
            reactions: vec![],
            ..answer()
        },
    );
    golden(
        "message_elsewhere",
        &Message {
            interaction: None,
            author: Author::Elsewhere,
            content: Content::Text { body: "Come by until six.".into() },
            ..message()
        },
    );
    golden("notice_taken", &notice(0x32, Notice::Taken { agent_name: "Anna".into() }));
    golden(
        "notice_ended",
        &notice(0x33, Notice::Ended { by: EndedBy::Agent, agent_name: Some("Anna".into()) }),
    );
    golden("notice_resumed", &notice(0x34, Notice::Resumed));
    golden("notice_requeued", &notice(0x35, Notice::Requeued));
    golden(
        "notice_address_changed",
        &notice(
            0x37,
            Notice::AddressChanged { from: Some("+16505550142".into()), to: Some("+16505550143".into()) },
        ),
    );
    golden(
        "notice_taken_back",
        &notice(0x38, Notice::TakenBack { message: id(0x30), position: Some(Position::first_at(NINE)) }),
    );
    golden(
        "notice_undelivered",
        &notice(0x36, Notice::Undelivered { message: id(0x31), position: None, failure: failure() }),
    );
}

#[test]
fn bodies_of_http() {
    golden("http_sign_in", &SignIn { name: "Anna".into(), password: "her password".into() });
    golden(
        "http_hub",
        &HubIdentity {
            hub: id(0x52),
            name: "Bike shop".into(),
            protocol: PROTOCOL_VERSION,
            now: NINE.plus(10_000),
        },
    );
    golden(
        "http_signed_in",
        &SignedIn {
            token: "what the hello carries".into(),
            expires_at: NINE.plus(43_200_000),
            hub: id(0x52),
            agent: anna(),
        },
    );
    golden(
        "http_snapshot",
        &Snapshot {
            generation: id(0x50),
            head: LogPosition(47),
            agent: anna(),
            queues: vec![Queue { id: id(0x11), name: "Workshop".into() }],
            statuses: vec![status()],
            offers: vec![offer()],
            accounts: vec![account()],
            unhealthy: vec![],
            assignments: vec![assignment()],
        },
    );
    golden(
        "http_conversations",
        &ConversationPage {
            conversations: vec![ConversationDetail {
                conversation: conversation(),
                interactions: vec![interaction()],
                contact: Some(contact()),
            }],
            next: Some("the cursor of the next page".into()),
        },
    );
    golden(
        "http_messages",
        &MessagePage { messages: vec![answer(), message()], next: Some(Position::first_at(NINE)) },
    );
}

fn detail() -> ContactDetail {
    ContactDetail {
        contact: contact(),
        conversations: vec![conversation()],
        assigned: true,
        same: vec![Likeness {
            contact: id(0x14),
            name: "C. Nunes".into(),
            number: "+351912345678".into(),
            theirs: "+351912345678".into(),
        }],
    }
}

#[test]
fn commands_about_contacts() {
    let command = |name: &str, command| golden(name, &ClientFrame::Command { id: id(0x60), command });
    command(
        "command_start_interaction",
        Command::StartInteraction { interaction: id(0x21), conversation: id(0x10) },
    );
    command("command_subscribe", Command::Subscribe { contact: id(0x13) });
    command("command_unsubscribe", Command::Unsubscribe { contact: id(0x13) });
    command(
        "command_create_contact",
        Command::CreateContact {
            contact: id(0x15),
            queue: id(0x11),
            contact_name: "Deniz".into(),
            phones: vec!["+49 170 2222222".into()],
        },
    );
    let edit = |field, was: Option<&str>, becomes: Option<&str>| ContactEdit {
        field,
        was: was.map(Into::into),
        becomes: becomes.map(Into::into),
    };
    command(
        "command_edit_contact",
        Command::EditContact {
            contact: id(0x13),
            edits: vec![
                edit(ContactField::Name, Some("Carla"), Some("Carla Nunes")),
                edit(ContactField::Attribute { key: "city".into() }, None, Some("Porto")),
                edit(ContactField::Phone, None, Some("+351 912 345 678")),
                edit(ContactField::Email, Some("old@example.org"), None),
            ],
        },
    );
    command("command_join_contacts", Command::JoinContacts { contact: id(0x13), other: id(0x14) });
    command(
        "command_connect_channel",
        Command::ConnectChannel {
            conversation: id(0x16),
            contact: id(0x15),
            account: id(0x12),
            number: "+49 170 2222222".into(),
            opt_in: "By phone".into(),
        },
    );
    command("command_look", Command::Look { conversation: Some(id(0x10)), writing: true });
    command("command_retry_message", Command::RetryMessage { message: id(0x31), attempt: 1 });
    golden(
        "command_send_notification",
        &ClientFrame::Command {
            id: id(0x37),
            command: Command::SendNotification {
                message: id(0x37),
                conversation: id(0x10),
                template: FilledTemplate {
                    name: "bike_ready".into(),
                    language: "en_US".into(),
                    values: vec!["Carla".into()],
                },
                written_at: NINE,
            },
        },
    );
}

#[test]
fn what_is_told_of_contacts_and_accounts() {
    let entry = |name: &str, position, change| {
        let entries = vec![Entry { position: LogPosition(position), change }];
        golden(name, &HubFrame::Entries { entries, upto: LogPosition(position) });
    };
    entry("entry_contact", 46, Change::Contact { row: contact() });
    entry("entry_assignment", 48, Change::Assignment { row: assignment() });
    entry(
        "entry_account_health",
        49,
        Change::AccountHealth {
            row: AccountHealth {
                account: id(0x12),
                name: "shop".into(),
                channel: Channel::Whatsapp,
                problem: Some(Failure {
                    reason: "whatsapp.190".into(),
                    sentence: "WhatsApp is not connected: access has expired.".into(),
                    remedy: Remedy::TellAdministrator,
                    class: None,
                }),
                since: NINE,
                version: LogPosition(49),
            },
        },
    );
    golden(
        "hub_lookers",
        &HubFrame::Lookers {
            conversation: id(0x10),
            agents: vec![Viewer { agent: id(2), name: "Ben".into(), writing: true }],
        },
    );
}

#[test]
fn bodies_that_look_back() {
    golden(
        "http_contacts",
        &ContactPage { contacts: vec![], next: Some("the cursor of the next page".into()) },
    );
    golden("http_contact", &detail());
    golden(
        "http_thread",
        &ThreadPage {
            messages: vec![message()],
            interactions: vec![interaction()],
            older: true,
            newer: false,
        },
    );
    golden(
        "http_thread_hits",
        &ThreadHits {
            hits: vec![ThreadHit { message: id(0x30), position: Position::first_at(NINE) }],
            total: 1,
            next: None,
            only_newest: None,
        },
    );
    golden(
        "http_interactions",
        &InteractionPage {
            interactions: vec![PastInteraction {
                interaction: interaction(),
                channel: Channel::Whatsapp,
                contact: id(0x13),
                contact_name: "Carla Nunes".into(),
            }],
            next: None,
        },
    );
    golden(
        "http_templates",
        &TemplateList {
            templates: vec![Template {
                account: id(0x12),
                name: "bike_ready".into(),
                language: "en_US".into(),
                category: "UTILITY".into(),
                header: None,
                body: "Hello {{first_name}}, your bike is ready.".into(),
                footer: Some("Reply STOP to opt out".into()),
                buttons: vec!["Thanks".into()],
                variables: vec![Variable {
                    place: VariablePlace::Body,
                    name: "first_name".into(),
                    example: Some("Ana".into()),
                }],
                unsendable: None,
            }],
        },
    );
    golden(
        "http_validation",
        &Validation {
            evidence: Evidence {
                state: EvidenceState::Error,
                at: Some(NINE),
                failure: Some(failure()),
                opt_in: Some(OptIn {
                    source: "By phone".into(),
                    agent: id(1),
                    agent_name: "Anna".into(),
                    at: NINE,
                }),
            },
            address: vec![
                AddressCheck { what: AddressFact::Possible, holds: Some(true) },
                AddressCheck { what: AddressFact::NotOurs, holds: None },
                AddressCheck { what: AddressFact::Unshared, holds: Some(false) },
            ],
            own_side: OwnSide::Limited { reasons: vec!["The display name is under review.".into()] },
            at: NINE.plus(10_000),
        },
    );
}

/// The golden files that `docs/protocol.md` names, with the block that follows each name.
///
/// After the golden files, `DESKBELL_WRITE_DOCUMENT=1` in the same command writes their blocks anew.
#[test]
fn the_document_shows_every_golden_file() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let document = here.join("../../docs/protocol.md");
    let text = std::fs::read_to_string(&document).expect("docs/protocol.md");
    let mut fresh = String::new();
    let mut shown = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        fresh.push('\n');
        let Some(name) = line.strip_prefix("<!-- golden: ").and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let json = std::fs::read_to_string(here.join(format!("tests/golden/{name}.json")))
            .unwrap_or_else(|_| panic!("the document names {name}, which has no golden file"));
        fresh.push_str(&format!("```json\n{json}```\n"));
        shown.push(name.to_owned());
        if lines.peek() == Some(&"```json") {
            lines.by_ref().skip(1).find(|line| *line == "```");
        }
    }
    if std::env::var_os("DESKBELL_WRITE_DOCUMENT").is_some() {
        std::fs::write(&document, &fresh).expect("a written document");
    } else {
        assert!(fresh == text, "docs/protocol.md shows other JSON than the golden files hold");
    }
    let mut stored: Vec<String> = std::fs::read_dir(here.join("tests/golden"))
        .expect("the golden files")
        .map(|entry| entry.expect("a golden file").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    stored.sort();
    shown.sort();
    assert_eq!(shown, stored, "the document shows each golden file once");
}
