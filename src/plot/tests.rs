use super::*;

fn svg(figure: &Figure) -> String {
    String::from_utf8(render(figure, Format::Svg, Size::default()).unwrap()).unwrap()
}

fn lines(series: Vec<Series>) -> Chart {
    Chart::Lines(Lines {
        x: Axis::new("epoch", ""),
        y: Axis::new("price", "TAO per alpha"),
        series,
        ..Lines::default()
    })
}

/// All kinds of charts of the same numbers, on all scales.
fn every_chart(points: &[(f64, f64)], name: &str) -> Vec<Panel> {
    let places: Vec<f64> = points.iter().map(|(x, _)| *x).collect();
    let values: Vec<f64> = points.iter().map(|(_, y)| *y).collect();
    let band = points.iter().map(|&(x, y)| Band { x, low: y * 0.5, high: y * 2.0 });
    let mut series = Series::new(name, points.to_vec());
    series.band = band.collect();
    let side = points.iter().map(|&(x, y)| SideBand { y, low: x * 0.5, high: x * 2.0 });
    let labelled = Series {
        label: name.to_owned(),
        side_band: side.collect(),
        ..Series::new("labelled", points.to_vec())
    };
    let dots = Series { dots: true, ..Series::new("dots", points.to_vec()) };
    let marks: Vec<Mark> =
        values.iter().take(4).map(|at| Mark { at: *at, label: name.to_owned() }).collect();
    let mut charts = Vec::new();
    for scale in [Scale::Linear, Scale::Sqrt, Scale::Log] {
        let axis = Axis { scale, ..Axis::new(name, name) };
        charts.push(Chart::Lines(Lines {
            x: axis.clone(),
            y: axis.clone(),
            series: vec![labelled.clone(), series.clone(), dots.clone()],
            x_marks: marks.clone(),
            y_marks: marks.clone(),
        }));
        charts.push(Chart::Stack(Stack {
            x: axis.clone(),
            y: axis.clone(),
            places: places.clone(),
            layers: ["a", name]
                .map(|name| Layer {
                    name: name.to_owned(),
                    amounts: values.clone(),
                    style: Style::default(),
                })
                .to_vec(),
            lines: vec![series.clone()],
            x_marks: marks.clone(),
        }));
        charts.push(Chart::Scatter(Scatter {
            x: axis.clone(),
            y: axis.clone(),
            clouds: vec![Cloud {
                name: name.to_owned(),
                points: points.to_vec(),
                style: Style::default(),
            }],
            guides: vec![
                Guide::Identity { name: name.to_owned() },
                Guide::Straight { name: String::new(), intercept: f64::NAN, slope: 1e308 },
                Guide::Curve(series.clone()),
            ],
        }));
        let side = Side {
            label: name.to_owned(),
            groups: vec![Group { name: name.to_owned(), count: usize::MAX }; 3],
            names: vec![name.to_owned(); 2],
            extent: points.first().copied(),
            ..Side::default()
        };
        charts.push(Chart::HeatMap(HeatMap {
            x: side.clone(),
            y: side,
            value: axis,
            columns: 2,
            values: values.clone(),
            zero: ZeroCells::OnScale,
            outlines: vec![points.to_vec()],
        }));
        let bar = |value: &f64| Bar { name: name.to_owned(), value: *value, ..Bar::default() };
        let bars = values.iter().map(bar).collect();
        charts.push(Chart::Bars(Bars { value: Axis::default(), bars }));
    }
    charts.into_iter().map(|chart| Panel { title: name.to_owned(), chart }).collect()
}

#[test]
fn nasty_numbers_make_a_picture_all_the_same() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let nasty: [&[(f64, f64)]; 18] = [
        &[],
        &[(0.0, 0.0)],
        &[(5.0, 7.0)],
        &[(nan, nan)],
        &[(0.0, nan), (1.0, inf), (2.0, -inf)],
        &[(0.0, 3.0), (1.0, 3.0), (2.0, 3.0)],
        &[(4.0, 1.0), (4.0, 2.0), (4.0, 3.0)],
        &[(0.0, -1.0), (1.0, -2.0), (2.0, -30.0)],
        &[(-3.0, -1.0), (0.0, 0.0), (3.0, 1.0)],
        &[(0.0, 1e-12), (1.0, 2e-12)],
        &[(0.0, 1e9), (1.0, 1e9 + 1.0), (2.0, 2e9)],
        &[(0.0, 1.0), (1.0, 1.0 + f64::EPSILON)],
        &[(0.0, f64::MAX), (1.0, f64::MIN)],
        &[(-1e300, 1e300), (1e300, -1e300)],
        &[(0.0, f64::MIN_POSITIVE), (5e-324, 5e-324)],
        &[(1.0, 1e-299), (2.0, 1e299)],
        &[(3.0, 1.0), (1.0, 2.0), (2.0, nan), (0.0, 4.0)],
        &[(0.0, -0.0), (1.0, 0.0)],
    ];
    let long = "long ".repeat(300) + &"x".repeat(2000);
    let names = ["", "<a> & \"b\"\n\u{0}\u{ffff}", "日本 Ωμέγα 🦀 \u{202e}", &long];
    for (index, points) in nasty.into_iter().enumerate() {
        let name = names[index % names.len()];
        let figure = Figure {
            title: name.to_owned(),
            subtitle: name.to_owned(),
            panels: every_chart(points, name),
            columns: index,
            legend: LegendPlace::Auto,
        };
        for size in [Size::default(), small()] {
            render(&figure, Format::Svg, size).unwrap();
        }
        render(&figure, Format::Png, small()).unwrap();
    }
}

fn small() -> Size {
    Size { width: 240, height: 160, scale: 1 }
}

#[test]
fn fixed_ranges_that_are_none_fall_back_to_the_data() {
    for (low, high) in [(1.0, 0.0), (2.0, 2.0), (f64::NAN, 1.0), (-1.0, f64::INFINITY)] {
        for scale in [Scale::Linear, Scale::Log] {
            let axis = Axis { scale, range: Range::Fixed { low, high }, ..Axis::default() };
            let limits = axis.limits([1.0, 10.0].into_iter(), 0.0);
            assert!(limits.low < limits.high && limits.high.is_finite(), "{limits:?}");
        }
    }
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let points: Vec<(f64, f64)> =
        (0..500_u32).map(|x| (f64::from(x), f64::from(x * x % 97))).collect();
    let figure = Figure { panels: every_chart(&points, "honest"), ..Figure::default() };
    for format in [Format::Svg, Format::Png] {
        let first = render(&figure, format, Size::default()).unwrap();
        let second = render(&figure.clone(), format, Size::default()).unwrap();
        assert!(first == second, "{format:?}");
    }
}

#[test]
fn names_titles_units_and_marks_are_in_the_svg() {
    let figure = Figure {
        title: "Price & stake".to_owned(),
        subtitle: "seed 7".to_owned(),
        panels: vec![Panel {
            title: "Subnets".to_owned(),
            chart: Chart::Lines(Lines {
                x: Axis::new("epoch", ""),
                y: Axis::new("price", "TAO per alpha"),
                series: ["text", "images"]
                    .map(|name| Series::new(name, vec![(0.0, 1.0), (9.0, 2.0)]))
                    .to_vec(),
                x_marks: vec![Mark { at: 4.0, label: "cabal turns".to_owned() }],
                y_marks: vec![Mark { at: 1.5, label: "threshold".to_owned() }],
            }),
        }],
        ..Figure::default()
    };
    let svg = svg(&figure);
    for text in [
        "Price &amp; stake",
        "seed 7",
        "Subnets",
        "price [TAO per alpha]",
        "text\n",
        "images\n",
        "cabal turns",
        "threshold",
        "DejaVu Sans, Verdana, sans-serif",
    ] {
        assert!(svg.contains(text), "{text} is missing from {svg}");
    }
}

#[test]
fn a_panel_without_values_says_so() {
    let gap = Series::new("gap", vec![(0.0, f64::NAN)]);
    for chart in [
        lines(vec![]),
        lines(vec![gap]),
        Chart::Stack(Stack::default()),
        Chart::Scatter(Scatter::default()),
        Chart::HeatMap(HeatMap::default()),
        Chart::Bars(Bars::default()),
    ] {
        assert!(svg(&Figure::of("Nothing", "", chart)).contains("no data"));
    }
}

#[test]
fn long_series_and_large_maps_stay_small() {
    let points: Vec<(f64, f64)> =
        (0..10_000_u32).map(|x| (f64::from(x), f64::from(x * 7919 % 1009))).collect();
    let long = svg(&Figure::of("Long", "", lines(vec![Series::new("", points)])));
    assert!(long.len() < 120_000, "{}", long.len());
    let noise = HeatMap {
        columns: 256,
        values: (0..64 * 256_u32).map(|x| f64::from(x * 7919 % 1009)).collect(),
        ..HeatMap::default()
    };
    let map = svg(&Figure::of("Noise", "", Chart::HeatMap(noise)));
    assert!(map.len() < 1_500_000, "{}", map.len());
}

#[test]
fn every_text_lies_inside_the_picture() {
    let names: Vec<String> = (0..30).map(|i| format!("a long name of group {i}")).collect();
    let series: Vec<Series> =
        names.iter().map(|name| Series::new(name, vec![(0.0, 1.0), (10_000.0, 2e6)])).collect();
    for legend in [LegendPlace::Auto, LegendPlace::Right, LegendPlace::Below] {
        let figure = Figure {
            legend,
            ..Figure::of(&"title ".repeat(60), &"subtitle ".repeat(90), lines(series.clone()))
        };
        for shape in figure.draw(Size::default()).shapes {
            if let scene::Shape::Text { text, at, anchor, font, upwards: false } = shape {
                let width = font.width(&text);
                let left = match anchor {
                    scene::Anchor::Start => at.0,
                    scene::Anchor::Middle => at.0 - width / 2.0,
                    scene::Anchor::End => at.0 - width,
                };
                let inside = left >= 0.0 && left + width <= 960.0 && (0.0..=540.0).contains(&at.1);
                assert!(inside, "{text} at {at:?}, {width} wide");
            }
        }
    }
}

#[test]
fn a_png_has_the_size_and_scale_asked_for() {
    let size = Size { width: 300, height: 200, scale: 2 };
    let bytes = render(&Figure::default(), Format::Png, size).unwrap();
    assert_eq!(&bytes[1..4], b"PNG");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (600, 400));
}

#[test]
fn a_size_out_of_bounds_is_refused() {
    let size = Size { width: 10, ..Size::default() };
    let error = render(&Figure::default(), Format::Svg, size).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a picture must be 240 to 4000 wide, 160 to 4000 high and of scale 1 to 4, \
         got 10 x 540 at 1"
    );
}

/// Labelled lines have their labels at themselves, in the picture and not in the legend.
#[test]
fn labelled_lines_have_no_entry_in_the_legend() {
    let line = |name: &str, y: f64| Series {
        label: format!("at {name}"),
        ..Series::new(name, vec![(0.0, y), (1.0, y + 1.0)])
    };
    let dots = Series { dots: true, ..Series::new("held against", vec![(0.5, 0.5), (0.7, 0.7)]) };
    let svg = svg(&Figure::of("", "", lines(vec![line("first", 0.0), line("second", 2.0), dots])));
    for (text, count) in [("at first", 1), ("at second", 1), ("first", 1), ("held against", 1)] {
        assert_eq!(svg.matches(text).count(), count, "{text}: {svg}");
    }
    // Two dots, and the one of the legend.
    assert_eq!(svg.matches("<circle").count(), 3, "{svg}");
}

/// A band beside a line spans its ends along x; the axis reaches them.
#[test]
fn a_side_band_lies_beside_its_line() {
    let band = [(0.0, 1.0, 3.0), (1.0, 2.0, 5.0)];
    let series = Series {
        side_band: band.map(|(y, low, high)| SideBand { y, low, high }).to_vec(),
        ..Series::new("", vec![(2.0, 0.0), (3.0, 1.0)])
    };
    let figure = Figure::of("", "", lines(vec![series]));
    let shapes = figure.draw(Size::default()).shapes;
    let band = shapes.iter().find_map(|shape| match shape {
        scene::Shape::Fill { points, .. } => Some(points.clone()),
        _ => None,
    });
    let band = band.expect("a band");
    assert_eq!(band.len(), 4);
    let width = |a: usize, b: usize| (band[b].0 - band[a].0).abs();
    // The lower end is 2 of 4 wide and the upper one 3 of 4.
    assert!((width(1, 2) / width(0, 3) - 1.5).abs() < 1e-9, "{band:?}");
}

/// A faint guide must not cover the points that it is there to be compared with.
#[test]
fn faint_guides_lie_below_the_points() {
    let straight = Guide::Straight { name: "fit".into(), intercept: 0.0, slope: 1.0 };
    let order = |guide: Guide| {
        let points = vec![(0.0, 0.0), (1.0, 1.0)];
        let cloud = Cloud { name: "a".into(), points, style: Style::default() };
        let chart = Chart::Scatter(Scatter {
            clouds: vec![cloud],
            guides: vec![guide],
            ..Scatter::default()
        });
        let scene = Figure::of("", "", chart).draw(Size::default());
        let last_disc = scene.shapes.iter().rposition(|s| matches!(s, scene::Shape::Disc { .. }));
        let last_white = scene.shapes.iter().rposition(
            |s| matches!(s, scene::Shape::Line { colour, .. } if *colour == Colour::WHITE),
        );
        (last_disc, last_white)
    };
    let below = order(Guide::Identity { name: "same".into() });
    let above = order(straight);
    assert!(below.1.is_some() && below.0 > below.1, "{below:?}");
    assert!(above.0 < above.1, "{above:?}");
}

/// A line that no legend names needs no marker, and leaves a named one alone.
#[test]
fn lines_without_a_name_have_no_markers() {
    let points = vec![(0.0, 0.0), (1.0, 1.0)];
    let named = Series::new("named", points.clone());
    let markers = |series: Vec<Series>| {
        let scene = Figure::of("", "", lines(series)).draw(Size::default());
        let marker =
            |s: &&scene::Shape| matches!(s, scene::Shape::Disc { .. } | scene::Shape::Fill { .. });
        scene.shapes.iter().filter(marker).count()
    };
    assert_eq!(markers(vec![Series::new("", points.clone()), named.clone()]), 0);
    assert!(markers(vec![Series::new("other", points), named]) > 0);
}

/// A wide picture has room for names of rows that a narrow one shortens.
#[test]
fn names_of_rows_are_shortened_only_where_there_is_no_room() {
    let name = "dtao-subsidised-2025-07";
    let chart = Chart::HeatMap(HeatMap {
        y: Side { names: vec![name.into(), "b".into()], ..Side::default() },
        columns: 1,
        values: vec![1.0, 2.0],
        ..HeatMap::default()
    });
    let figure = Figure::of("", "", chart);
    let shows = |width: u32| {
        let scene = figure.draw(Size { width, ..Size::default() });
        let whole = |s: &scene::Shape| matches!(s, scene::Shape::Text { text, .. } if text == name);
        scene.shapes.iter().any(whole)
    };
    assert!(shows(960) && !shows(400));
}
