//! The error codes of the Cloud API (reference, "error codes").

use deskbell_protocol::FailureClass::{
    Account, Address, Content, Credentials, Other, Provider, Rate, Template, Window,
};
use deskbell_protocol::Remedy::{
    ConfirmAddress, Nothing, SendAgain, SendNotification, TellAdministrator, WaitForContact, WriteAgain,
};

use crate::error_table::Handling::{Access, Agent, Final, Retry, SetUp};
use crate::error_table::{Line, Parts};

const NOT_SENT: &str = "Your message was not sent.";
const NOTHING_SENT: &str = "Nothing was sent.";
const TELL: &str = "Tell your administrator.";

const EXPIRED: Parts = [
    "WhatsApp is not connected: the access has expired.",
    NOT_SENT,
    "Your administrator must renew the access.",
];
const PERMISSION: Parts = ["This workspace may not send from this number.", NOT_SENT, TELL];
const SLOWED: Parts = ["WhatsApp is slowing this workspace down.", NOT_SENT, "Try again in a few minutes."];
const TROUBLE: Parts = ["WhatsApp had a problem.", NOT_SENT, "Try again."];
const NUMBER: Parts = ["The sending number is not set up correctly.", NOT_SENT, TELL];
const RESTRICTED: Parts = ["WhatsApp has restricted this business account.", NOT_SENT, TELL];
const UNREGISTERED: Parts = ["The sending number is not registered.", NOT_SENT, TELL];
const NOT_BUILT: Parts = [
    "This message could not be built.",
    "It was not sent.",
    "Tell your administrator; the details are in the log.",
];
const CONNECTION: Parts = ["This notification cannot be sent on this connection.", "", TELL];
const FLOW: Parts =
    ["The form in this notification is blocked or slowed down by WhatsApp.", NOTHING_SENT, TELL];

// One line for each code, however long.
#[rustfmt::skip]
pub(super) const LINES: &[Line] = &[
    (0, 0, Access, Credentials, EXPIRED, TellAdministrator),
    (1, 2, Retry, Provider, TROUBLE, SendAgain),
    (3, 3, SetUp, Account, PERMISSION, TellAdministrator),
    (4, 4, Retry, Rate, SLOWED, SendAgain),
    (10, 10, SetUp, Account, PERMISSION, TellAdministrator),
    (33, 33, SetUp, Account, NUMBER, TellAdministrator),
    (100, 100, SetUp, Account, NUMBER, TellAdministrator),
    (190, 190, Access, Credentials, EXPIRED, TellAdministrator),
    (200, 299, SetUp, Account, PERMISSION, TellAdministrator),
    (368, 368, SetUp, Account, RESTRICTED, TellAdministrator),
    (80_007, 80_007, Retry, Rate, SLOWED, SendAgain),
    (130_403, 130_403, Agent, Address, ["This contact is blocked by your organisation.", NOT_SENT, "Tell your administrator if they should not be."], TellAdministrator),
    (130_429, 130_429, Retry, Rate, ["WhatsApp was too busy.", NOT_SENT, "Try again in a moment."], SendAgain),
    (130_472, 130_472, Final, Other, ["WhatsApp did not deliver this marketing message. Do not send it again; wait until the contact writes.", "", ""], WaitForContact),
    (130_497, 130_497, Final, Account, ["Messages to this country are not allowed for this account.", NOT_SENT, ""], Nothing),
    (131_000, 131_000, Retry, Provider, TROUBLE, SendAgain),
    (131_005, 131_005, SetUp, Account, PERMISSION, TellAdministrator),
    (131_008, 131_009, SetUp, Content, NOT_BUILT, TellAdministrator),
    (131_016, 131_016, Retry, Provider, TROUBLE, SendAgain),
    (131_021, 131_021, Agent, Address, ["This is your own business number.", NOT_SENT, "Check the contact's number."], ConfirmAddress),
    (131_026, 131_026, Final, Address, ["Not delivered. The number may not have WhatsApp, or cannot receive this message. Confirm the number with the contact.", "", ""], ConfirmAddress),
    (131_030, 131_030, SetUp, Address, ["This is a test number: only listed recipients can be written to.", NOT_SENT, TELL], TellAdministrator),
    (131_031, 131_031, SetUp, Account, RESTRICTED, TellAdministrator),
    (131_037, 131_037, SetUp, Account, ["The business name is not approved yet.", NOT_SENT, TELL], TellAdministrator),
    (131_042, 131_042, SetUp, Account, ["WhatsApp has a billing problem with this account.", NOT_SENT, TELL], TellAdministrator),
    (131_045, 131_045, SetUp, Account, UNREGISTERED, TellAdministrator),
    (131_047, 131_047, Agent, Window, ["Not delivered: more than 24 hours have passed since the contact last wrote. Send a Notification; you can write freely again once the contact has written.", "", ""], SendNotification),
    (131_048, 131_048, SetUp, Account, ["WhatsApp limits this number because of complaints.", NOT_SENT, TELL], TellAdministrator),
    (131_049, 131_049, Final, Other, ["WhatsApp held back this marketing message. Do not send it again within 24 hours; wait until the contact writes.", "", ""], WaitForContact),
    (131_050, 131_050, Final, Address, ["The contact has stopped marketing messages. Answers to their own questions are still possible.", "", ""], WaitForContact),
    (131_051, 131_051, Final, Content, ["WhatsApp does not support this kind of message. It was not delivered.", "", ""], Nothing),
    (131_052, 131_052, Agent, Content, ["The attachment could not be fetched. Ask the contact to send it again.", "", ""], WaitForContact),
    (131_053, 131_053, Agent, Content, ["This file cannot be sent: its type or size is not allowed.", "", ""], WriteAgain),
    (131_055, 131_055, SetUp, Account, CONNECTION, TellAdministrator),
    (131_056, 131_056, Retry, Rate, ["Too many messages went to this contact in a short time.", NOT_SENT, "Try again in a few minutes."], SendAgain),
    (131_057, 131_057, Retry, Provider, ["The sending number is being upgraded.", NOT_SENT, "Try again in a few minutes."], SendAgain),
    (131_060, 131_060, Final, Other, ["A message is not available at the moment.", "", ""], Nothing),
    (131_062, 131_062, Agent, Content, ["This notification needs the contact's phone number.", NOTHING_SENT, ""], ConfirmAddress),
    (131_063, 131_064, SetUp, Account, CONNECTION, TellAdministrator),
    (132_000, 132_000, Agent, Template, ["A field of this notification is missing or too many.", NOTHING_SENT, "Fill it in again."], WriteAgain),
    (132_001, 132_001, Agent, Template, ["This notification is no longer available in this language.", NOTHING_SENT, "Choose another."], SendNotification),
    (132_005, 132_005, Agent, Template, ["The filled-in text is too long.", NOTHING_SENT, "Shorten it."], WriteAgain),
    (132_007, 132_007, SetUp, Template, ["This notification breaks WhatsApp's rules.", NOTHING_SENT, TELL], TellAdministrator),
    (132_012, 132_012, Agent, Template, ["A field has the wrong kind of value, for example where an image is expected.", NOTHING_SENT, "Fill it in again."], WriteAgain),
    (132_015, 132_015, Agent, Template, ["This notification is paused because of poor feedback.", NOTHING_SENT, "Choose another."], SendNotification),
    (132_016, 132_016, Agent, Template, ["This notification is switched off because of poor feedback.", NOTHING_SENT, "Choose another."], SendNotification),
    (132_018, 132_018, Agent, Template, ["A field contains something that is not allowed, for example a line break.", NOTHING_SENT, "Fill it in again."], WriteAgain),
    (132_068, 132_069, SetUp, Template, FLOW, TellAdministrator),
    (133_004, 133_004, Retry, Provider, TROUBLE, SendAgain),
    (133_010, 133_010, SetUp, Account, UNREGISTERED, TellAdministrator),
    (134_011, 134_011, SetUp, Account, ["The terms for payments are not accepted yet.", NOTHING_SENT, TELL], TellAdministrator),
    (135_000, 135_000, SetUp, Content, NOT_BUILT, TellAdministrator),
];
