//! The people of the cast who write with emoji, in Arabic or in Hebrew.

use crate::cast::phrases::{ARABIC, EMOJI, HEBREW};
use crate::cast::script::{Persona, Script};
use crate::channel::Channel;
use crate::person::{PLAIN, QUICK, SLOW};

/// Writes with emoji only.
pub(super) const CHLOE: Persona = Persona {
    name: "Chloé Dubois",
    phone: Some("33639980027"),
    user_id: "FR.70021583346619045",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: QUICK,
    came_by: None,
    may_open: false,
    phrases: &EMOJI,
    facts: &[],
    scripts: &[
        Script {
            opening: &[&["🚲🔧❓"], &["🚲💥😱"]],
            turns: &[&[&["🛞💨😭"]], &[&["📅❓"]], &[&["💶❓", "🙏"]]],
            facts: &[],
            farewell: &[&["👍😊🙏"], &["❤️👋"]],
        },
        Script {
            opening: &[&["📦❓👀"]],
            turns: &[&[&["🏠✅"]], &[&["👨‍👩‍👧‍👦🚴🏽‍♀️☀️"]]],
            facts: &[],
            farewell: &[&["🥳👋"]],
        },
    ],
};

/// Writes from right to left.
pub(super) const LAYLA: Persona = Persona {
    name: "ليلى حداد",
    phone: Some("447700900951"),
    user_id: "JO.48120375569918230",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: PLAIN,
    came_by: None,
    may_open: false,
    phrases: &ARABIC,
    facts: &[(&["your name", "ihr name", "ihren namen"], "اسمي ليلى حداد.")],
    scripts: &[
        Script {
            opening: &[&["مرحبًا، طلبت دراجة أطفال مقاس 20 بوصة ولم تصل بعد. هل يمكنكم مساعدتي؟"]],
            turns: &[
                &[&["عيد ميلاد ابني يوم الجمعة، وأتمنى أن تصل قبل ذلك."]],
                &[&["هل يمكنني أن أستلمها من المتجر بنفسي؟"]],
            ],
            facts: &[(&["order number", "bestellnummer"], "رقم الطلب هو 20477.")],
            farewell: &[&["شكرًا جزيلًا لكم! 🌷 مع السلامة"]],
        },
        Script {
            opening: &[&["السلام عليكم، هل عندكم خوذة للأطفال باللون الأحمر؟"]],
            turns: &[
                &[&["محيط الرأس 52 سم، وعمره ست سنوات."]],
                &[&["ممتاز، كم السعر مع التوصيل إلى المنزل؟"]],
            ],
            facts: &[],
            farewell: &[&["تمام، شكرًا على المساعدة."]],
        },
    ],
};

/// Mixes Hebrew with Latin names and numbers, which is hard to display in the right order.
pub(super) const NOA: Persona = Persona {
    name: "Noa Shapira",
    phone: Some("447700900264"),
    user_id: "IL.11903748256640178",
    username: None,
    channel: Channel::WhatsApp,
    behaviour: SLOW,
    came_by: None,
    may_open: false,
    phrases: &HEBREW,
    facts: &[(&["your name", "email"], "נועה שפירא, noa@example.com")],
    scripts: &[
        Script {
            opening: &[&["שלום, קניתי אצלכם פנס Lumen 800 (דגם X-2) והוא לא נטען דרך USB-C. מה עושים?"]],
            turns: &[
                &[&["ניסיתי שני כבלים ושני מטענים, אותו דבר."]],
                &[&["אפשר לקבל חדש, או שצריך לשלוח לתיקון?"]],
            ],
            facts: &[(&["order number", "receipt", "bestellnummer"], "הזמנה 19902 מתאריך 12.10.2026")],
            farewell: &[&["תודה רבה על העזרה, יום נעים!"]],
        },
        Script {
            opening: &[&["היי, יש לכם סיור רכיבה מודרך בסוף השבוע? ראיתי באתר \"Old Town Ride\"."]],
            turns: &[&[&["אנחנו ארבעה, שניים מהם ילדים בני 9 ו-12."]], &[&["מעולה, באיזו שעה יוצאים?"]]],
            facts: &[],
            farewell: &[&["מצוין, נתראה בשבת 🚴"]],
        },
    ],
};
