//! The order of names in a list.
//!
//! In: names. Out: their order, as readers of a script look for them: by pinyin in Simplified text, by the number of
//! strokes in Traditional text (CLDR's collations `pinyin` and `stroke`).

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

use super::script::Script;

/// Compares names.
#[derive(Debug)]
pub struct Order(CollatorBorrowed<'static>);

impl Order {
    /// The order for readers of a script.
    #[must_use]
    pub fn of(script: Script) -> Self {
        let locale = if script.is_traditional() {
            locale!("zh-Hant-u-co-stroke")
        } else {
            locale!("zh-Hans-u-co-pinyin")
        };
        let collator = Collator::try_new(locale.into(), CollatorOptions::default());
        Self(collator.expect("the collations are compiled in"))
    }

    /// Which of two names stands first; of two that are alike the one with the lower characters.
    #[must_use]
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.0.compare(a, b).then_with(|| a.cmp(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_pinyin_and_by_strokes() {
        let sorted = |script: Script, names: &[&'static str]| {
            let (order, mut names) = (Order::of(script), names.to_vec());
            names.sort_by(|a, b| order.compare(a, b));
            names
        };
        assert_eq!(
            sorted(Script::Hans, &["淄博", "青岛", "安阳", "一汽", "济南", "5G"]),
            ["5G", "安阳", "济南", "青岛", "一汽", "淄博"]
        );
        assert_eq!(
            sorted(Script::HantTw, &["濟南", "青島", "一汽", "上海", "大連"]),
            ["一汽", "上海", "大連", "青島", "濟南"]
        );
    }
}
