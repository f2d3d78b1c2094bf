//! Tables: as wide as the terminal, or as what stands in them where there is none.

use std::env;

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Table,
};
use webhook_runtime::inbox::State;

use crate::text;

/// How a column gets its width.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// It is always whole.
    Whole,
    /// The same, and it stands on the right.
    Number,
    /// It is cut where there is no room.
    Cut,
}

/// How many columns of text the last, cut column is to have at least.
const ROOM: u16 = 30;

/// The width of the space between columns.
const SPACE: u16 = 2;

/// The lines of a table, one for each row.
pub(crate) fn lines(columns: &[(&str, Width)], rows: Vec<Vec<Cell>>) -> Vec<String> {
    table(columns, rows).lines().collect()
}

/// The lines of a table whose columns after the first ones stand on a line of their own below each row, where the
/// terminal has no room for them beside it.
pub(crate) fn folded(columns: &[(&str, Width)], first: usize, rows: Vec<Vec<Cell>>) -> Vec<String> {
    let whole = table(columns, rows.clone());
    let widths = whole.column_max_content_widths();
    let all_but_last = widths.iter().rev().skip(1).map(|width| width + SPACE);
    let needed = all_but_last.sum::<u16>() + widths.last().map_or(0, |last| ROOM.min(*last));
    if whole.width().is_none_or(|width| needed <= width) {
        return whole.lines().collect();
    }
    let (above, below) = columns.split_at(first);
    let mut below = [&[("   ", Width::Whole)], below].concat();
    // The first of them is whole if it leaves the last one some room.
    if let ([_, column, ..], Some(wanted)) = (&mut *below, widths.get(first))
        && whole
            .width()
            .is_some_and(|width| wanted + ROOM / 2 <= width)
    {
        column.1 = Width::Whole;
    }
    let (mut rows_above, mut rows_below) = (Vec::new(), Vec::new());
    for mut row in rows {
        let mut rest = row.split_off(first);
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
    if env::var_os("NO_COLOR").is_some_and(|said| !said.is_empty()) {
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
        column.set_padding((0, SPACE));
        if *width == Width::Number {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if *width != Width::Cut {
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

/// Somebody else's text.
pub(crate) fn cell(text: &str) -> Cell {
    Cell::new_owned(text::line(text))
}

/// A text about a row in this state, in its colour.
pub(crate) fn of_state(state: State, text: &str) -> Cell {
    let cell = Cell::new(text);
    match state {
        State::Pending => cell.fg(Color::Yellow),
        State::Running => cell.fg(Color::Cyan),
        State::Done => cell.fg(Color::Green),
        State::Dead => cell.fg(Color::Red),
    }
}
