package paper

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// picture is a picture in a form that goes into the file as it is.
type picture struct {
	data          []byte
	width, height int
}

// maxPixels bounds what is unpacked of a picture.
const maxPixels = 60_000_000

// readPicture checks a picture whole, so that the file never holds one that doesn't open. JPEGs stay as they are; PNGs are written anew with eight
// bits a channel.
func readPicture(data []byte) (picture, error) {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width*cfg.Height > maxPixels {
		return picture{}, ErrPicture
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return picture{}, ErrPicture
	}
	p := picture{data: data, width: cfg.Width, height: cfg.Height}
	if format == "jpeg" && (cfg.ColorModel == color.YCbCrModel || cfg.ColorModel == color.GrayModel) {
		return p, nil
	}
	var out bytes.Buffer
	if format == "jpeg" {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 92})
	} else {
		plain := image.NewNRGBA(image.Rect(0, 0, cfg.Width, cfg.Height))
		for y := range cfg.Height {
			for x := range cfg.Width {
				plain.Set(x, y, img.At(img.Bounds().Min.X+x, img.Bounds().Min.Y+y))
			}
		}
		err = png.Encode(&out, plain)
	}
	p.data = out.Bytes()
	return p, err
}

// fit gives the size in points of a picture within bounds.
func (p picture) fit(width, height float64) (w, h float64) {
	scale := min(1, width/float64(p.width), height/float64(p.height))
	return float64(p.width) * scale, float64(p.height) * scale
}

func (p Picture) set(s *setter) {
	pic, err := readPicture(p.Data)
	if err != nil {
		s.err = err
		return
	}
	under := 0.0
	if p.Caption != "" {
		under = smallLine
	}
	width, height := fieldWidth, fieldHeight-under
	if p.Width > 0 {
		width = min(width, p.Width)
	}
	if p.Height > 0 {
		height = min(height, p.Height)
	}
	w, h := pic.fit(width, height)
	s.need(h + under)
	x := fieldLeft
	switch p.Align {
	case Center:
		x += (fieldWidth - w) / 2
	case Right:
		x += fieldWidth - w
	}
	s.picture(pic, x, s.y, w, h)
	s.y += h
	if p.Caption != "" {
		Para{Runs: Plain(p.Caption), Align: Center, Small: true}.set(s)
	}
	s.y += smallLine / 2
}

func (s *setter) picture(p picture, x, y, w, h float64) {
	s.put(op{kind: opPicture, x: x, y: y, w: w, h: h, picture: len(s.pictures)})
	s.pictures = append(s.pictures, p)
}

// Measures of a signature's place.
const (
	signWidth  = 52 * mm
	signHeight = 20 * mm
)

// height is what the close needs.
func (g Signature) height() float64 {
	lines := len(g.Lines)
	if g.To != "" {
		lines += 2
	}
	return signHeight + float64(lines)*textPitch
}

func (g Signature) set(s *setter) {
	s.need(g.height())
	if g.To != "" {
		Para{Runs: Plain("此致")}.set(s)
		Para{Runs: Plain(g.To), Flush: true, Align: Left}.set(s)
	}
	label := breakLines(s.boxes(Plain(g.Label), textSize), fieldWidth/2, 0, textSize)
	x := fieldLeft + fieldWidth - signWidth
	if len(label) > 0 {
		s.lineAt(label[0], x-label[0].width, s.y+(signHeight-textPitch)/2, label[0].width, textSize, textPitch, Left)
	}
	if g.Picture != nil {
		pic, err := readPicture(g.Picture)
		if err != nil {
			s.err = err
			return
		}
		scale := min(signWidth/float64(pic.width), signHeight/float64(pic.height))
		w, h := float64(pic.width)*scale, float64(pic.height)*scale
		s.picture(pic, x, s.y+(signHeight-h)/2, w, h)
	} else {
		s.put(op{kind: opRule, x: x, y: s.y + (signHeight+textPitch)/2 - 4, w: signWidth})
	}
	s.y += signHeight
	for _, l := range g.Lines {
		for _, broken := range breakLines(s.boxes(Plain(l), textSize), fieldWidth, 0, textSize) {
			s.need(textPitch)
			s.line(broken, fieldLeft, fieldWidth, textSize, textPitch, Right)
		}
	}
}
