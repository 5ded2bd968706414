//! The people of the cast who write in English.

use crate::cast::phrases::ENGLISH;
use crate::cast::script::{Persona, Script};
use crate::channel::Channel;
use crate::person::{Behaviour, IN_BURSTS, PLAIN, QUICK, SLOW, UNREACHABLE};
use crate::providers::whatsapp::Advert;

/// Quick and clear.
pub(super) const EMILY: Persona = Persona {
    name: "Emily Carter",
    phone: Some("447700900142"),
    user_id: "GB.40198273645510982",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: QUICK,
    came_by: None,
    may_open: true,
    phrases: &ENGLISH,
    facts: &[
        (&["your name", "full name"], "It's Emily Carter."),
        (&["email", "e-mail"], "emily.carter@example.com"),
        (&["address", "postcode"], "14 Mill Lane, Bristol."),
    ],
    scripts: &[
        Script {
            opening: &[
                &[
                    "Hi! I ordered a helmet on Monday and the tracking still says \"label created\". Is it on its way?",
                ],
                &[
                    "Hello, I'm waiting for a helmet I ordered on Monday. The tracking hasn't moved since. Do you know more?",
                ],
            ],
            turns: &[
                &[&["I'm riding a charity tour on Saturday, so I'd really like to have it by Friday."]],
                &[&["And if it isn't here by Friday, could I pick one up in the shop instead?"]],
                &[&["Okay, that works for me. Will I get a message when it ships?"]],
            ],
            facts: &[
                (&["order number", "order no", "number of your order"], "The order number is 20418."),
                (&["size", "colour", "color"], "Size M, the mint green one."),
            ],
            farewell: &[
                &["Perfect, that helps a lot. Thank you and have a nice day!"],
                &["Brilliant, thanks for sorting this out so quickly! Bye 👋"],
            ],
        },
        Script {
            opening: &[&[
                "Hi, me again. The helmet is here, but it's a bit too small. Can I swap it for an L?",
            ]],
            turns: &[
                &[&["I've only tried it on at home, the tags are still on."]],
                &[&["Great. Do I send it back first, or can I bring it to the shop?"]],
            ],
            facts: &[(&["order number"], "Still the same one, 20418.")],
            farewell: &[
                &["Lovely, see you then. Thanks!"],
                &["Super, I'll drop it off tomorrow. Thank you!"],
            ],
        },
    ],
};

/// Takes his time.
pub(super) const THOMAS: Persona = Persona {
    name: "Thomas Whitfield",
    phone: Some("447700900377"),
    user_id: "GB.77120934481265503",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: SLOW,
    came_by: None,
    may_open: false,
    phrases: &ENGLISH,
    facts: &[(&["your name"], "Thomas Whitfield."), (&["phone number", "reach you"], "This number is best.")],
    scripts: &[
        Script {
            opening: &[&[
                "Good day. I should like to book a full service for my touring bicycle. What would be the earliest date?",
            ]],
            turns: &[
                &[&[
                    "That could suit me. The rear wheel also has a slight wobble; I suppose you can true it at the same time?",
                ]],
                &[&["And roughly what would it cost, all together?"]],
                &[&["Very well. I shall bring it in before ten o'clock."]],
            ],
            facts: &[
                (
                    &["which bike", "what kind", "make", "model", "brand"],
                    "A steel tourer from 1998, hand built. 36 spokes.",
                ),
                (&["morning or afternoon", "what time"], "Mornings are better for me."),
            ],
            farewell: &[&["Thank you kindly. Until then."], &["Much obliged. Good day to you."]],
        },
        Script {
            opening: &[&["Good day. May I ask whether my bicycle is ready to be collected?"]],
            turns: &[
                &[&["I see. Was anything found beyond the usual wear?"]],
                &[&["Can I pay by card when I collect it?"]],
            ],
            facts: &[(&["ticket", "job number", "which bike"], "The job ticket says 3071.")],
            farewell: &[&["Splendid. Thank you for your patience with an old man."]],
        },
    ],
};

/// Sends half sentences and hearts. Came by an advertisement.
pub(super) const SOFIA: Persona = Persona {
    name: "Sofia Rossi",
    phone: Some("447700900615"),
    user_id: "GB.15583920674412087",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: IN_BURSTS,
    came_by: Some(&E_BIKE_WEEKEND),
    may_open: true,
    phrases: &ENGLISH,
    facts: &[(&["your name"], "Sofia Rossi"), (&["email"], "sofia.r@example.org")],
    scripts: &[
        Script {
            opening: &[&[
                "hiii",
                "do you still have the e-bikes for rent this weekend?",
                "we're two people 😊",
            ]],
            turns: &[
                &[&["oh nice", "saturday 9 to sunday evening would be perfect"]],
                &[&["do we need a deposit?", "and are helmets included? 🙈"]],
                &[&["ok great", "can you reserve them for us?"]],
            ],
            facts: &[
                (&["how tall", "height", "size"], "I'm 1.64 and my boyfriend is 1.85"),
                (&["experience", "ridden"], "yes we've both ridden e-bikes before"),
            ],
            farewell: &[
                &["yesss thank you!!", "see you saturday ❤️"],
                &["you're the best", "thanks and bye! 🚲💨"],
            ],
        },
        Script {
            opening: &[&[
                "hey",
                "I think I left my sunglasses in the bag of the rental bike 😩",
                "brown ones",
            ]],
            turns: &[
                &[&["it was the blue e-bike", "we brought it back on sunday around six"]],
                &[&["could you send them to me?", "I'd pay the postage of course"]],
            ],
            facts: &[(&["address", "where should"], "Flat 3, 22 Harbour Road, Cardiff")],
            farewell: &[&["omg thank you 🥹", "have a lovely day!!"]],
        },
    ],
};

/// Known by user name only. Quotes the first answer.
pub(super) const PRIYA: Persona = Persona {
    name: "Priya Nair",
    phone: None,
    user_id: "IN.60274418359910273",
    username: Some("priya.rides"),
    channel: Channel::WhatsApp,
    behaviour: Behaviour { quotes: true, ..PLAIN },
    came_by: None,
    may_open: false,
    phrases: &ENGLISH,
    facts: &[
        (&["phone number", "your number"], "I'd rather not share my number, can we keep it on here?"),
        (&["your name"], "Priya Nair"),
        (&["email", "e-mail"], "priya@example.net works best."),
    ],
    scripts: &[
        Script {
            opening: &[&[
                "Hello! Your site says the gravel bike in 52 cm is sold out. Will it come back this season?",
            ]],
            turns: &[
                &[&["Would the 54 be too big for me? I'm 1.70 m with rather long legs."]],
                &[&["Could I try both in the shop before I decide?"]],
                &[&["Thursday after five would be ideal."]],
            ],
            facts: &[(&["inseam", "leg length", "inside leg"], "My inseam is 81 cm.")],
            farewell: &[&["Wonderful, thank you for the advice. See you soon!"]],
        },
        Script {
            opening: &[&[
                "Hi, quick question: does the warranty cover a creaking bottom bracket after eight months?",
            ]],
            turns: &[
                &[&["It started after a rainy week. It only creaks under load."]],
                &[&["Okay. Do I need the receipt, or do you find it under my name?"]],
            ],
            facts: &[(&["which bike", "model"], "The silver commuter with the belt drive.")],
            farewell: &[
                &["Good to know. Thanks for the quick help!"],
                &["Thanks, that's all I needed. Bye!"],
            ],
        },
    ],
};

/// Cannot be reached: messages to him fail.
pub(super) const OSKAR: Persona = Persona {
    name: "Oskar Lindqvist",
    phone: Some("447700900808"),
    user_id: "SE.88310472956620114",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: UNREACHABLE,
    came_by: None,
    may_open: false,
    phrases: &ENGLISH,
    facts: &[],
    scripts: &[
        Script {
            opening: &[&["Hello, I got a message that my parcel was returned to you. What happens now?"]],
            turns: &[&[&["Ah, now I see your answer. Could you simply send it again?"]]],
            facts: &[(&["order number"], "It's 19377.")],
            farewell: &[&["Thank you!"]],
        },
        Script {
            opening: &[&["Hi, do you also repair bikes that were bought elsewhere?"]],
            turns: &[&[&["Good. It is only a brake cable, I think."]]],
            facts: &[],
            farewell: &[&["Thanks, bye."]],
        },
    ],
};

const E_BIKE_WEEKEND: Advert = Advert {
    headline: "E-bikes for the weekend 🚲",
    body: "Two days, two wheels, one price. Pick up on Friday, bring back on Monday.",
    id: "120210458813370417",
    url: "https://ads.example.com/e-bike-weekend",
};
