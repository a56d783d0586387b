//! The picture that stands for an article elsewhere: its headline, set in Chinese, with its paper and day.
//!
//! In: texts, fonts. Out: a PNG of 1200 × 630 pixels, the size that social networks ask for. The same texts and fonts give
//! the same bytes. Characters that no font has are drawn as the first font draws what it does not know.

use std::sync::Arc;

use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder, name_id};

use crate::file::{ContentHash, SourceFile};
use crate::text::is_han;
use crate::text::script::Script;

/// How wide a picture is, in pixels.
pub const WIDTH: u32 = 1200;
/// How high it is.
pub const HEIGHT: u32 = 630;

/// The same as lengths.
const SIZE: (f32, f32) = (1200.0, 630.0);

/// What is left free at each side.
const MARGIN: f32 = 80.0;

/// The sizes that a headline is tried in, the largest that fits holds.
const SIZES: [f32; 5] = [96.0, 80.0, 68.0, 58.0, 50.0];

/// Between what heights a headline stands.
const HEADLINE: (f32, f32) = (150.0, 500.0);

/// The size of the paper and of the name of the site.
const SMALL: f32 = 34.0;

/// A line is so many times as high as its characters.
const LINE: f32 = 1.3;

/// The colours of the theme: paper, ink, what is softer, the mark.
const PAPER: (u8, u8, u8) = (0xfb, 0xfc, 0xfc);
const INK: (u8, u8, u8) = (0x16, 0x22, 0x2a);
const SOFT: (u8, u8, u8) = (0x4f, 0x60, 0x67);
const MARK: (u8, u8, u8) = (0xb3, 0x27, 0x1e);

/// Marks that begin no line (clreq, 3.1.6).
const NO_HEAD: &str = "、，。．！？；：”’）」』】〉》〕…—·～,.!?;:)]}%";
/// Marks that end no line.
const NO_END: &str = "“‘（「『【〈《〔([{";

/// What stands on a picture.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Picture {
    /// The headline.
    pub title: String,
    /// The paper and the day.
    pub source: String,
    /// The name of the site.
    pub site: String,
    /// The script, which decides between the faces of a collection.
    pub script: Script,
}

/// The fonts that pictures are set in.
#[derive(Debug)]
pub struct Fonts {
    files: Vec<Arc<SourceFile>>,
    /// The hash of all of them.
    pub fingerprint: ContentHash,
}

impl Fonts {
    /// Takes fonts, of which the first that has a character draws it.
    ///
    /// # Errors
    /// The number of the first that cannot be read, and why.
    pub fn new(files: Vec<Arc<SourceFile>>) -> Result<Self, (usize, String)> {
        let mut hasher = blake3::Hasher::new();
        for (at, file) in files.iter().enumerate() {
            Face::parse(file.data.bytes(), 0).map_err(|why| (at, why.to_string()))?;
            hasher.update(file.hash.as_bytes());
        }
        Ok(Self { files, fingerprint: ContentHash::from_hasher(&hasher) })
    }

    /// The faces for a script, one of each file.
    fn faces(&self, script: Script) -> Vec<Face<'_>> {
        self.files.iter().filter_map(|it| face(it.data.bytes(), script)).collect()
    }
}

/// The face of a file; of a collection as Noto CJK the one for the script.
fn face(data: &[u8], script: Script) -> Option<Face<'_>> {
    let suffix = match script {
        Script::Hans => " SC",
        Script::Hant | Script::HantTw => " TC",
        Script::HantHk => " HK",
    };
    let is_for = |face: &Face<'_>| {
        let mut names = face.names().into_iter().filter(|it| it.name_id == name_id::FULL_NAME);
        names.any(|it| {
            it.to_string().is_some_and(|it| format!("{it} ").contains(&format!("{suffix} ")))
        })
    };
    let count = ttf_parser::fonts_in_collection(data).unwrap_or(1);
    let mut all = (0..count).filter_map(|at| Face::parse(data, at).ok());
    all.find(is_for).or_else(|| Face::parse(data, 0).ok())
}

/// Draws a picture.
#[must_use]
pub fn draw(picture: &Picture, fonts: &Fonts) -> Vec<u8> {
    let faces = fonts.faces(picture.script);
    let mut pixmap = Pixmap::new(WIDTH, HEIGHT).expect("a picture has a size");
    pixmap.fill(colour(PAPER));
    let (width, bottom) = (SIZE.0 - 2.0 * MARGIN, SIZE.1 - MARGIN);
    // The thick-and-thin rule of Chinese printing, at the head and turned over at the foot.
    rule(&mut pixmap, MARGIN, 10.0);
    rule(&mut pixmap, MARGIN + 16.0, 3.0);
    rule(&mut pixmap, bottom - 13.0, 3.0);
    rule(&mut pixmap, bottom, 10.0);
    let (lines, size) = set(&picture.title, &faces, width);
    let height = height_of(&lines, size);
    let mut baseline = HEADLINE.0 + ((HEADLINE.1 - HEADLINE.0) - height) / 2.0 + size;
    for line in &lines {
        write(&mut pixmap, line, &faces, (MARGIN, baseline, size), INK);
        baseline += size * LINE;
    }
    let baseline = bottom - 36.0;
    let own = measured(&picture.site, &faces, SMALL);
    write(&mut pixmap, &picture.site, &faces, (SIZE.0 - MARGIN - own, baseline, SMALL), MARK);
    let room = width - own - SMALL;
    let source = cut(&picture.source, &faces, room);
    write(&mut pixmap, &source, &faces, (MARGIN, baseline, SMALL), SOFT);
    pixmap.encode_png().expect("memory takes a picture")
}

fn colour((red, green, blue): (u8, u8, u8)) -> Color {
    Color::from_rgba8(red, green, blue, 255)
}

fn rule(pixmap: &mut Pixmap, y: f32, height: f32) {
    let rect = Rect::from_xywh(MARGIN, y, SIZE.0 - 2.0 * MARGIN, height);
    let mut paint = Paint::default();
    paint.set_color(colour(INK));
    pixmap.fill_rect(rect.expect("a rule has a size"), &paint, Transform::identity(), None);
}

fn height_of(lines: &[String], size: f32) -> f32 {
    f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX)) * size * LINE
}

/// The lines of a headline, and the size at which they fit; what does not fit even in the smallest is cut.
fn set(title: &str, faces: &[Face<'_>], width: f32) -> (Vec<String>, f32) {
    let fits = |lines: &[String], size: f32| height_of(lines, size) <= HEADLINE.1 - HEADLINE.0;
    for size in SIZES {
        let lines = wrapped(title, faces, size, width);
        if fits(&lines, size) {
            return (lines, size);
        }
    }
    let size = SIZES[SIZES.len() - 1];
    let mut lines = wrapped(title, faces, size, width);
    while !fits(&lines, size) {
        lines.pop();
    }
    if let Some(last) = lines.last_mut() {
        last.pop();
        last.push('…');
    }
    (lines, size)
}

/// A text in lines: broken between Han characters, not inside words of letters, never before a closing mark or behind an
/// opening one.
fn wrapped(text: &str, faces: &[Face<'_>], size: f32, width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let together = format!("{line}{piece}");
        if line.is_empty() || measured(together.trim_end(), faces, size) <= width {
            line = together;
        } else {
            lines.push(line.trim_end().to_owned());
            piece.trim_start().clone_into(&mut line);
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The pieces between which a line may be broken.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }) {
        let is_word = |c: char| !is_han(c) && !c.is_whitespace() && c.is_alphanumeric();
        let joins = NO_HEAD.contains(c)
            || NO_END.contains(last)
            || c == ' '
            || (is_word(c) && is_word(last));
        match pieces.last_mut().filter(|_| joins) {
            Some(piece) => piece.push(c),
            None => pieces.push(c.to_string()),
        }
        last = c;
    }
    pieces
}

/// A text that fits into so much room, cut if it must be.
fn cut(text: &str, faces: &[Face<'_>], room: f32) -> String {
    let mut text = text.to_owned();
    while measured(&text, faces, SMALL) > room && !text.is_empty() {
        text.pop();
        if text.ends_with('…') {
            text.pop();
        }
        text.push('…');
    }
    text
}

/// The glyph of a character: of the first face that has it.
fn glyph<'f, 'a>(c: char, faces: &'f [Face<'a>]) -> Option<(&'f Face<'a>, GlyphId)> {
    let known = faces.iter().find_map(|it| Some((it, it.glyph_index(c)?)));
    known.or_else(|| faces.first().map(|it| (it, GlyphId(0))))
}

/// How wide a text is in this size.
fn measured(text: &str, faces: &[Face<'_>], size: f32) -> f32 {
    text.chars().filter_map(|c| glyph(c, faces)).map(|it| advance(it, size)).sum()
}

fn advance((face, glyph): (&Face<'_>, GlyphId), size: f32) -> f32 {
    let units = f32::from(face.units_per_em());
    f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * size / units
}

/// Writes a line: where it begins, its baseline, its size.
fn write(
    pixmap: &mut Pixmap,
    text: &str,
    faces: &[Face<'_>],
    (x, baseline, size): (f32, f32, f32),
    ink: (u8, u8, u8),
) {
    let mut outline = Outline { path: PathBuilder::new(), x, baseline, scale: 1.0 };
    for found in text.chars().filter_map(|c| glyph(c, faces)) {
        let (face, glyph) = found;
        outline.scale = size / f32::from(face.units_per_em());
        let _ = face.outline_glyph(glyph, &mut outline);
        outline.x += advance(found, size);
    }
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour(ink));
    let path: Option<Path> = outline.path.finish();
    if let Some(path) = path {
        pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }
}

/// The outlines of a line of glyphs, at their places.
struct Outline {
    path: PathBuilder,
    x: f32,
    baseline: f32,
    scale: f32,
}

impl Outline {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.baseline - y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_as_chinese_is() {
        assert_eq!(
            pieces("青岛“港”：A1号 x，完"),
            ["青", "岛", "“港”：", "A1", "号 ", "x，", "完"]
        );
        assert_eq!(pieces("——（甲）"), ["——", "（甲）"]);
    }
}
