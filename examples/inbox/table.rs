//! Tables, as wide as the terminal; as wide as their content without a terminal.

use std::env;

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Table,
};
use webhook_runtime::inbox::State;

use crate::text;

/// How the width of a column is determined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// As wide as its content.
    Fixed,
    /// As wide as its content, and aligned to the right.
    Number,
    /// Truncated if the terminal is too narrow.
    Flexible,
}

/// Minimum width of the last, truncated column, in characters.
const MIN_LAST: u16 = 30;

/// Width of the gap between columns, in characters.
const GAP: u16 = 2;

/// Renders a table with one line for each row.
pub(crate) fn lines(columns: &[(&str, Width)], rows: Vec<Vec<Cell>>) -> Vec<String> {
    table(columns, rows).lines().collect()
}

/// Renders a table whose columns from index `first_line` on move to a second line of each row if the terminal is too
/// narrow.
pub(crate) fn folded(
    columns: &[(&str, Width)],
    first_line: usize,
    rows: Vec<Vec<Cell>>,
) -> Vec<String> {
    let unfolded = table(columns, rows.clone());
    let widths = unfolded.column_max_content_widths();
    let all_but_last = widths.iter().rev().skip(1).map(|width| width + GAP);
    let needed = all_but_last.sum::<u16>() + widths.last().map_or(0, |last| MIN_LAST.min(*last));
    if unfolded.width().is_none_or(|width| needed <= width) {
        return unfolded.lines().collect();
    }
    let (above, below) = columns.split_at(first_line);
    let mut below = [&[("   ", Width::Fixed)], below].concat();
    // The first column of the second line is not truncated if enough remains for the last one.
    if let ([_, column, ..], Some(wanted)) = (&mut *below, widths.get(first_line))
        && unfolded
            .width()
            .is_some_and(|width| wanted + MIN_LAST / 2 <= width)
    {
        column.1 = Width::Fixed;
    }
    let (mut rows_above, mut rows_below) = (Vec::new(), Vec::new());
    for mut row in rows {
        let mut rest = row.split_off(first_line);
        rest.insert(0, Cell::new("   "));
        rows_above.push(row);
        rows_below.push(rest);
    }
    let below = lines(&below, rows_below);
    let above = lines(above, rows_above);
    above
        .into_iter()
        .zip(below)
        .flat_map(<[String; 2]>::from)
        .collect()
}

fn table(columns: &[(&str, Width)], rows: Vec<Vec<Cell>>) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        let width = table.width();
        table.force_no_tty();
        width.map(|width| table.set_width(width));
    }
    let titles = columns
        .iter()
        .map(|(title, _)| Cell::new(title).add_attribute(Attribute::Bold));
    table.set_header(one_line(titles.collect()));
    table.add_rows(rows.into_iter().map(one_line));
    for (column, (_, width)) in table.column_iter_mut().zip(columns) {
        column.set_padding((0, GAP));
        if *width == Width::Number {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if *width != Width::Flexible {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

fn one_line(cells: Vec<Cell>) -> Row {
    let mut row = Row::from(cells);
    row.max_height(1);
    row
}

/// Makes a cell of untrusted text.
pub(crate) fn cell(text: &str) -> Cell {
    Cell::new_owned(text::line(text))
}

/// Makes a cell in the colour of a state.
pub(crate) fn state_cell(state: State, text: &str) -> Cell {
    let cell = Cell::new(text);
    match state {
        State::Pending => cell.fg(Color::Yellow),
        State::Running => cell.fg(Color::Cyan),
        State::Done => cell.fg(Color::Green),
        State::Dead => cell.fg(Color::Red),
    }
}
