//! Where the TAO is that has been issued.

use super::{View, from_zero, panel};
use crate::plot::{Colour, Figure, Layer, Style};

/// What holds TAO, in which colour, and in which columns of the network's table. Together they
/// hold all that is issued.
const HOLDERS: [(&str, Colour, &[&str]); 6] = [
    ("pools", Colour(0, 114, 178), &["pools_tao"]),
    ("traders' purses", Colour(0, 158, 115), &["traders_tao"]),
    ("income of keys' owners", Colour(230, 159, 0), &["keys_tao"]),
    ("block authors, and lost", Colour(204, 121, 167), &["author_tao", "stranded_tao"]),
    ("staked on root", Colour(86, 180, 233), &["root_tao"]),
    ("not modelled", Colour::FAINT, &["elsewhere_tao"]),
];

/// How many of them are what the markets move.
const MOVING: usize = 4;

impl View<'_> {
    pub(super) fn where_tao_is(&self) -> Figure {
        let layer = |(name, colour, columns): &(&str, Colour, &[&str])| {
            let columns: Vec<Vec<f64>> =
                columns.iter().map(|column| self.economy.network(column)).collect();
            let style = Style { colour: Some(*colour), ..Style::default() };
            Layer { name: (*name).into(), amounts: super::summed(&columns), style }
        };
        let layers: Vec<Layer> = HOLDERS.iter().map(layer).collect();
        let days = &self.economy.days;
        let few = layers[..MOVING].to_vec();
        let panels = vec![
            panel("All that is issued", self.stack(from_zero("held", "TAO"), days, layers)),
            panel(
                "Of it, what is neither on root nor outside the model",
                self.stack(from_zero("held", "TAO"), days, few),
            ),
        ];
        self.figure("Where the TAO is", "TAO held after every epoch", 2, panels)
    }
}
