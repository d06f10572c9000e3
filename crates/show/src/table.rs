//! Tables for people, as wide as the terminal where there is one. What somebody copies or compares is never wrapped or cut: ids,
//! times, numbers, short names. A table that is too wide has its names shortened with “…” and its sentences wrapped between
//! words; where that does not suffice, the lines run over.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ColumnConstraint, ContentArrangement, TableComponent, Width};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A blank before each cell; another one stands between two columns.
const PADDING: u16 = 1;
/// What is left of a name, at least.
const LEAST_NAME: usize = 8;
/// Width of sentences, at least.
const LEAST_TEXT: usize = 16;
/// A longer word is broken: it is no id.
const LONGEST_WORD: usize = 40;

/// A column by what stands in it, with its head.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// Ids, times, numbers, keys: whole and on one line.
    Whole(&'a str),
    /// Names and addresses, which may be shortened.
    Name(&'a str),
    /// Sentences and lists, which may be wrapped.
    Text(&'a str),
}

/// Heads and rows.
pub struct Table<'a> {
    columns: Vec<Column<'a>>,
    rows: Vec<Vec<String>>,
}

/// An empty table.
pub fn table<'a>(columns: &[Column<'a>]) -> Table<'a> {
    Table { columns: columns.to_vec(), rows: Vec::new() }
}

impl Table<'_> {
    /// Adds a row, a cell for each column.
    pub fn add_row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The table's lines, without blanks at their ends.
    pub fn text(&self) -> String {
        self.draw(comfy_table::Table::new().width().map(usize::from))
    }

    fn draw(&self, room: Option<usize>) -> String {
        let needs: Vec<Need> = self.columns.iter().enumerate().map(|(n, c)| self.need(n, *c)).collect();
        let widths = widths(&needs, room);
        let mut drawn = comfy_table::Table::new();
        drawn.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        drawn.remove_style(TableComponent::HorizontalLines).remove_style(TableComponent::MiddleIntersections);
        // The widths are ours.
        drawn.set_width(u16::MAX);
        drawn.set_header(self.columns.iter().map(|column| column.head()));
        for row in &self.rows {
            let cells = row.iter().zip(&self.columns).zip(&widths);
            drawn.add_row(cells.map(|((cell, column), width)| match column {
                Column::Name(_) => {
                    cell.lines().map(|line| shortened(line, *width)).collect::<Vec<_>>().join("\n")
                }
                Column::Whole(_) | Column::Text(_) => cell.clone(),
            }));
        }
        for (column, width) in drawn.column_iter_mut().zip(&widths) {
            let width = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(PADDING);
            column.set_padding((PADDING, 0)).set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        drawn.trim_fmt()
    }

    fn need(&self, n: usize, column: Column<'_>) -> Need {
        let lines = || self.rows.iter().filter_map(|row| row.get(n)).flat_map(|cell| cell.lines());
        let widest =
            |lines: &mut dyn Iterator<Item = &str>| lines.map(UnicodeWidthStr::width).max().unwrap_or(0);
        let head = widest(&mut column.head().split(' '));
        let whole = widest(&mut lines()).max(column.head().width());
        let least = match column {
            Column::Whole(_) => widest(&mut lines()),
            Column::Name(_) => widest(&mut lines().filter(|line| is_id(line))).max(LEAST_NAME),
            Column::Text(_) => {
                widest(&mut lines().flat_map(|line| line.split(' '))).clamp(LEAST_TEXT, LONGEST_WORD)
            }
        };
        Need { whole, least: least.max(head).min(whole) }
    }
}

impl<'a> Column<'a> {
    const fn head(self) -> &'a str {
        match self {
            Self::Whole(head) | Self::Name(head) | Self::Text(head) => head,
        }
    }
}

/// What a column wants.
#[derive(Debug, Clone, Copy)]
struct Need {
    /// To show everything on one line.
    whole: usize,
    /// And what it must have.
    least: usize,
}

/// The columns' widths: all they want where there is room; else what they must have, and the rest of the room goes to whoever
/// has the least.
fn widths(needs: &[Need], room: Option<usize>) -> Vec<usize> {
    let room = room.map(|room| room.saturating_sub((2 * needs.len()).saturating_sub(1)));
    let mut widths: Vec<usize> = needs.iter().map(|need| need.least).collect();
    let Some(room) = room.filter(|room| needs.iter().map(|need| need.whole).sum::<usize>() > *room) else {
        return needs.iter().map(|need| need.whole).collect();
    };
    for _ in widths.iter().sum::<usize>()..room {
        let wanting = widths.iter_mut().zip(needs).filter(|(width, need)| **width < need.whole);
        if let Some((width, _)) = wanting.min_by_key(|(width, _)| **width) {
            *width += 1;
        }
    }
    widths
}

fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

fn shortened(line: &str, width: usize) -> String {
    if line.width() <= width || is_id(line) {
        return line.to_owned();
    }
    let (mut short, mut used) = (String::new(), 1);
    for c in line.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0b7b0d6c-1111-8111-8111-0123456789ab";

    fn drawn(room: usize) -> String {
        let mut table = table(&[Column::Name("name"), Column::Text("why it waits"), Column::Whole("id")]);
        table.add_row(["Friederike Schmidt-Großmann", "a person holds it: she asked for it", ID]);
        table.add_row(["李小龙李小龙李小龙", "", ID]);
        table.add_row([ID, "removed from a group with a_very_long_name", "7"]);
        table.draw(Some(room))
    }

    #[test]
    fn ids_stay_whole_at_any_width() {
        for room in [20, 60, 80, 100, 120, 200] {
            let text = drawn(room);
            assert_eq!(text.matches(ID).count(), 3, "{room}\n{text}");
            let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= room.max(36 + 16 + 36 + 5), "{room}: {widest}\n{text}");
        }
    }

    #[test]
    fn names_are_shortened_and_sentences_wrapped_between_words() {
        let mut table = table(&[Column::Name("name"), Column::Text("why"), Column::Whole("id")]);
        table.add_row(["Friederike Schmidt-Großmann", "a person holds it", ID]);
        table.add_row(["李小龙李小龙李小龙", "no", ID]);
        let text = table.draw(Some(65));
        assert!(text.contains(" Frieder…  a person holds  "), "{text}");
        assert!(text.lines().any(|line| line.trim() == "it"), "{text}");
        assert!(text.contains(" 李小龙…"), "{text}");
        let wide = table.draw(None);
        assert!(wide.contains("Großmann  a person holds it  0b7b"), "{wide}");
    }

    #[test]
    fn room_goes_to_whoever_has_the_least() {
        let needs =
            [Need { whole: 40, least: 8 }, Need { whole: 10, least: 10 }, Need { whole: 20, least: 8 }];
        assert_eq!(widths(&needs, None), [40, 10, 20]);
        assert_eq!(widths(&needs, Some(75)), [40, 10, 20]);
        assert_eq!(widths(&needs, Some(65)), [30, 10, 20]);
        assert_eq!(widths(&needs, Some(49)), [17, 10, 17]);
        assert_eq!(widths(&needs, Some(10)), [8, 10, 8]);
    }
}
