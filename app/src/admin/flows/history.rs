//! What can be undone.
//!
//! Invariant: undoing and then redoing is where one was; a new change forgets what was undone.

/// How many changes can be undone: the whole draft is kept for each.
const DEPTH: usize = 100;

/// What was before, and what was undone.
#[derive(Debug, Clone)]
pub struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
    /// What was changed last: letters typed into one field are one change.
    last: String,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            past: Vec::new(),
            future: Vec::new(),
            last: String::new(),
        }
    }
}

impl<T> History<T> {
    /// Something is about to be changed. `at` names what; another change at the same place goes
    /// on with the first. An empty name is a change of its own.
    pub fn record(&mut self, at: &str, before: impl FnOnce() -> T) {
        self.future.clear();
        let goes_on = !at.is_empty() && self.last == at && !self.past.is_empty();
        if !goes_on {
            if self.past.len() >= DEPTH {
                self.past.remove(0);
            }
            self.past.push(before());
        }
        at.clone_into(&mut self.last);
    }

    /// The author rests: what comes is a change of its own, wherever it is.
    pub fn pause(&mut self) {
        self.last.clear();
    }

    /// What was before the last change.
    pub fn undo(&mut self, now: T) -> Option<T> {
        let before = self.past.pop()?;
        self.future.push(now);
        self.pause();
        Some(before)
    }

    /// What was undone last.
    pub fn redo(&mut self, now: T) -> Option<T> {
        let after = self.future.pop()?;
        self.past.push(now);
        self.pause();
        Some(after)
    }

    /// Whether something can be undone.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether something can be redone.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes the value, as the editor does.
    fn change(history: &mut History<u32>, value: &mut u32, at: &str, to: u32) {
        let before = *value;
        history.record(at, || before);
        *value = to;
    }

    #[test]
    fn back_and_forth_is_where_one_was() {
        let (mut history, mut value) = (History::default(), 0);
        assert!(!history.can_undo() && !history.can_redo());
        change(&mut history, &mut value, "", 1);
        change(&mut history, &mut value, "", 2);
        value = history.undo(value).unwrap();
        assert_eq!(value, 1);
        value = history.undo(value).unwrap();
        assert_eq!(value, 0);
        assert_eq!(history.undo(value), None);
        value = history.redo(value).unwrap();
        value = history.redo(value).unwrap();
        assert_eq!(value, 2);
        assert_eq!(history.redo(value), None);
    }

    #[test]
    fn letters_in_one_field_are_one_change_until_the_author_rests() {
        let (mut history, mut value) = (History::default(), 0);
        change(&mut history, &mut value, "name", 1);
        change(&mut history, &mut value, "name", 2);
        history.pause();
        change(&mut history, &mut value, "name", 3);
        change(&mut history, &mut value, "note", 4);
        let mut read = vec![value];
        while let Some(before) = history.undo(value) {
            value = before;
            read.push(value);
        }
        assert_eq!(read, [4, 3, 2, 0]);
    }

    #[test]
    fn a_new_change_forgets_what_was_undone() {
        let (mut history, mut value) = (History::default(), 0);
        change(&mut history, &mut value, "a", 1);
        value = history.undo(value).unwrap();
        change(&mut history, &mut value, "a", 7);
        assert!(!history.can_redo());
        assert_eq!(history.undo(value), Some(0));
    }

    #[test]
    fn only_so_many_are_kept() {
        let (mut history, mut value) = (History::default(), 0);
        for to in 1..=150 {
            change(&mut history, &mut value, "", to);
        }
        let mut count = 0;
        while let Some(before) = history.undo(value) {
            value = before;
            count += 1;
        }
        assert_eq!((count, value), (DEPTH, 50));
    }
}
