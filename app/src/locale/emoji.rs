//! The headings of the emoji picker.
//!
//! Invariant: the emoji themselves have no names here; readers of screens know them.

texts! { "emoji";
    TITLE "title" "Emoji";
    SMILEYS "smileys" "Smileys";
    PEOPLE "people" "People";
    NATURE "nature" "Nature";
    FOOD "food" "Food";
    ACTIVITY "activity" "Activities";
    TRAVEL "travel" "Travel";
    OBJECTS "objects" "Objects";
    RECENT "recent" "Recently used";
    SYMBOLS "symbols" "Symbols";
}
