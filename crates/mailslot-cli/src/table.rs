//! Tables that fit the terminal.

use std::env;
use std::io::{self, IsTerminal as _};

use comfy_table::{
    CellAlignment, Column as TableColumn, ColumnConstraint, ContentArrangement, Row, Table, Width, presets,
};
use terminal_size::terminal_size_of;

/// Where a column's cells stand.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    Left,
    Right,
}

/// One column of a table of `T`s.
pub(crate) struct Column<T> {
    pub(crate) heading: &'static str,
    pub(crate) align: Align,
    /// Columns with a higher number are left out first when the table is too wide. Number 0 is cut, but stays.
    pub(crate) expendable: u8,
    pub(crate) cell: fn(&T) -> String,
}

/// The first column is not made narrower than this to keep another one.
const MIN_FIRST_WIDTH: u16 = 16;

/// One wide character, or one and the sign that something was cut.
const MIN_CUT_WIDTH: u16 = 2;

/// Columns between two columns.
const GAP: u16 = 2;

/// Lays out one line for each row below a line of headings. With `width`, no line is wider than that many columns of
/// the terminal: columns are left out, then cells cut.
pub(crate) fn render<T>(columns: &[Column<T>], rows: &[T], width: Option<u16>) -> String {
    let mut kept: Vec<&Column<T>> = columns.iter().collect();
    loop {
        let (mut table, widths) = lay_out(&kept, rows);
        let natural: u32 = widths.iter().map(|column| u32::from(*column)).sum();
        let Some(width) = width.filter(|width| natural > u32::from(*width)) else {
            return lines(&table);
        };
        let others = natural - u32::from(widths[0]);
        let first = u32::from(width).saturating_sub(others);
        let enough = first >= u32::from(widths[0].min(MIN_FIRST_WIDTH + GAP));
        let expendable = kept.iter().enumerate().max_by_key(|(_, column)| column.expendable);
        match expendable {
            Some((index, column)) if !enough && column.expendable > 0 => {
                kept.remove(index);
            }
            _ => {
                let gap = if kept.len() > 1 { GAP } else { 0 };
                let first = u16::try_from(first).unwrap_or(width);
                cut(&mut table, width, first.max(gap + MIN_CUT_WIDTH));
                return lines(&table);
            }
        }
    }
}

/// Lays out one line for each fact: its label, then its value, continued below itself where `width` is too narrow.
pub(crate) fn facts_table(facts: &[(&str, String)], width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    for (label, value) in facts {
        table.add_row([*label, value]);
    }
    if let Some(column) = table.column_mut(0) {
        dress(column, Align::Left, GAP);
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    if let Some(column) = table.column_mut(1) {
        dress(column, Align::Left, 0);
    }
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    lines(&table)
}

/// The width that a table on standard output must fit: what the user says, else the terminal's, else none.
pub(crate) fn output_width() -> Option<u16> {
    let asked = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    asked.filter(|columns| *columns > 0).or_else(|| {
        let stdout = io::stdout();
        let size = stdout.is_terminal().then(|| terminal_size_of(&stdout)).flatten();
        size.map(|(width, _)| width.0)
    })
}

/// The table as wide as it likes, and the width of each column with its gap.
fn lay_out<T>(columns: &[&Column<T>], rows: &[T]) -> (Table, Vec<u16>) {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_truncation_indicator("…");
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(one_line(columns.iter().map(|column| column.heading.to_owned())));
    for row in rows {
        table.add_row(one_line(columns.iter().map(|column| (column.cell)(row))));
    }
    let mut widths = table.column_max_content_widths();
    let last = columns.len() - 1;
    for (index, column) in columns.iter().enumerate() {
        let gap = if index == last { 0 } else { GAP };
        if let Some(laid_out) = table.column_mut(index) {
            dress(laid_out, column.align, gap);
        }
        widths[index] = widths[index].saturating_add(gap);
    }
    (table, widths)
}

fn dress(column: &mut TableColumn, align: Align, gap: u16) {
    column.set_padding((0, gap));
    column.set_cell_alignment(match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    });
}

fn one_line(cells: impl Iterator<Item = String>) -> Row {
    let mut row = Row::from(cells.collect::<Vec<_>>());
    row.max_height(1);
    row
}

/// Cuts the first column to `first`, gap included, and the table to `width`.
fn cut(table: &mut Table, width: u16, first: u16) {
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(first)));
    }
}

fn lines(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column<(String, u32)>; 4] = [
        Column { heading: "NAME", align: Align::Left, expendable: 0, cell: |row| row.0.clone() },
        Column { heading: "MESSAGES", align: Align::Right, expendable: 1, cell: |row| row.1.to_string() },
        Column { heading: "BYTES", align: Align::Right, expendable: 3, cell: |row| (row.1 * 10).to_string() },
        Column { heading: "READER", align: Align::Right, expendable: 2, cell: |_| "77".to_owned() },
    ];

    fn row(name: &str, messages: u32) -> (String, u32) {
        (name.to_owned(), messages)
    }

    fn headings(table: &str) -> Vec<&str> {
        table.lines().next().unwrap().split_whitespace().collect()
    }

    #[test]
    fn a_table_with_room_has_aligned_columns() {
        let table = render(&COLUMNS, &[row("orders", 3), row("taxes/bob", 12)], None);
        assert_eq!(
            table,
            "NAME       MESSAGES  BYTES  READER\n\
             orders            3     30      77\n\
             taxes/bob        12    120      77\n"
        );
    }

    #[test]
    fn columns_go_in_their_order_when_the_terminal_is_narrow() {
        let rows = [row("a-name-of-twenty-chars", 3)];
        assert_eq!(headings(&render(&COLUMNS, &rows, Some(80))).len(), 4);
        assert_eq!(headings(&render(&COLUMNS, &rows, Some(35))), ["NAME", "MESSAGES", "READER"]);
        assert_eq!(headings(&render(&COLUMNS, &rows, Some(28))), ["NAME", "MESSAGES"]);
        assert_eq!(headings(&render(&COLUMNS, &rows, Some(12))), ["NAME"]);
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let long = "x".repeat(300);
        for name in [long.as_str(), "日本語のとても長い名前のスロット", "two words and more of them"] {
            for width in 1..=60 {
                let table = render(&COLUMNS, &[row(name, 3), row("b", 4)], Some(width));
                assert_eq!(table.lines().count(), 3, "{width}:\n{table}");
                for line in table.lines() {
                    let columns: usize = line.chars().map(|c| if c > '\u{2fff}' { 2 } else { 1 }).sum();
                    assert!(columns <= usize::from(width.max(2)), "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn a_long_value_continues_below_itself() {
        let table = facts_table(&[("name", "x".repeat(25)), ("reader pid", "7".to_owned())], Some(22));
        assert_eq!(table, "name        xxxxxxxxxx\n            xxxxxxxxxx\n            xxxxx\nreader pid  7\n");
    }

    #[test]
    fn a_cut_name_says_so() {
        let long = "x".repeat(300);
        assert!(render(&COLUMNS, &[row(&long, 3)], Some(50)).contains('…'));
    }

    #[test]
    fn no_rows_leave_the_headings() {
        assert_eq!(render(&COLUMNS, &[], None), "NAME  MESSAGES  BYTES  READER\n");
    }
}
