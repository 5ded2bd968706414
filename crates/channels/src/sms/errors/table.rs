//! The error codes of Twilio ("error and warning dictionary").

use deskbell_protocol::FailureClass::{Account, Address, Content, Credentials, OptedOut, Other, Rate};
use deskbell_protocol::Remedy::{
    ConfirmAddress, Nothing, SendAgain, TellAdministrator, WaitForContact, WriteAgain,
};

use crate::error_table::Handling::{Access, Agent, Final, Retry, SetUp};
use crate::error_table::{Line, Parts};

const NOT_SENT: &str = "Your message was not sent.";
const TELL: &str = "Tell your administrator.";
const CONFIRM: &str = "Confirm the number with the contact.";

const NOT_VALID: Parts = ["This phone number is not valid.", NOT_SENT, CONFIRM];
const NO_SENDER: Parts = ["The sending number is not set up for SMS.", NOT_SENT, TELL];
const NO_SMS: Parts = ["This number cannot receive SMS.", NOT_SENT, CONFIRM];

// One line for each code, however long.
#[rustfmt::skip]
pub(super) const LINES: &[Line] = &[
    (20_003, 20_003, Access, Credentials, ["SMS is not connected.", NOT_SENT, TELL], TellAdministrator),
    (20_404, 20_404, SetUp, Account, ["The SMS account is not set up correctly.", NOT_SENT, TELL], TellAdministrator),
    (20_429, 20_429, Retry, Rate, ["Too many messages went out in a short time.", NOT_SENT, "Try again in a moment."], SendAgain),
    (21_201, 21_201, Agent, Address, NOT_VALID, ConfirmAddress),
    (21_211, 21_211, Agent, Address, NOT_VALID, ConfirmAddress),
    (21_408, 21_408, SetUp, Account, ["SMS to this country is switched off for this account.", NOT_SENT, TELL], TellAdministrator),
    (21_603, 21_604, SetUp, Account, NO_SENDER, TellAdministrator),
    (21_606, 21_606, SetUp, Account, NO_SENDER, TellAdministrator),
    (21_608, 21_608, SetUp, Account, ["This is a trial account: only verified numbers can be written to.", NOT_SENT, TELL], TellAdministrator),
    (21_610, 21_610, Final, OptedOut, ["The contact has unsubscribed from text messages (STOP).", NOT_SENT, "You can write again once they have sent START."], WaitForContact),
    (21_612, 21_612, Final, Address, NO_SMS, ConfirmAddress),
    (21_614, 21_614, Final, Address, NO_SMS, ConfirmAddress),
    (21_617, 21_617, Agent, Content, ["This message is too long for SMS.", NOT_SENT, "Shorten it."], WriteAgain),
    (21_635, 21_635, Final, Address, NO_SMS, ConfirmAddress),
    (30_001, 30_001, Retry, Rate, ["Too many messages wait at the SMS provider.", NOT_SENT, "Try again in a few minutes."], SendAgain),
    (30_002, 30_002, SetUp, Account, ["The SMS account is suspended.", NOT_SENT, TELL], TellAdministrator),
    (30_003, 30_003, Agent, Other, ["Not delivered: the phone is off or out of reach.", "", "Send it again later."], SendAgain),
    (30_004, 30_004, Final, Address, ["Not delivered: the contact or their network blocks this number.", "", ""], Nothing),
    (30_005, 30_005, Final, Address, ["Not delivered: this number is unknown or no longer in service.", "", CONFIRM], ConfirmAddress),
    (30_006, 30_006, Final, Address, ["Not delivered: this number cannot receive SMS.", "", CONFIRM], ConfirmAddress),
    (30_007, 30_007, Final, Content, ["Not delivered: the network took this message for spam.", "", "Change the text or its links; if it happens again, tell your administrator."], WriteAgain),
    (30_008, 30_008, Agent, Other, ["Not delivered: the network gave no reason.", "", "Send it again."], SendAgain),
    (30_034, 30_034, SetUp, Account, ["The sending number is not registered for messages in the US.", NOT_SENT, TELL], TellAdministrator),
    (53_660, 53_660, SetUp, Account, ["The SMS provider does not accept this hub's answers.", NOT_SENT, TELL], TellAdministrator),
    (57_012, 57_012, SetUp, Account, ["The SMS provider does not accept this hub's answers.", NOT_SENT, TELL], TellAdministrator),
];
