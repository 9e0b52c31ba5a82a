package paper

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/signintech/gopdf"
)

// draw writes what was placed. Nothing in it depends on anything but the document: no clock, no chance, no order of maps.
func draw(d Doc, s *setter) (*File, error) {
	var pdf gopdf.GoPdf
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	pdf.SetInfo(gopdf.PdfInfo{Title: d.Title, Author: d.Author, Creator: "Microcourt", Producer: "Microcourt", CreationDate: d.Date.UTC()})
	for i, used := range s.used() {
		if !used {
			continue
		}
		if err := pdf.AddTTFFontFromFontContainer(faceNames[i], &s.lookup.faces.parsed); err != nil {
			return nil, fmt.Errorf("paper: %s: %w", faceNames[i], err)
		}
	}
	pictures := make([]gopdf.ImageHolder, len(s.pictures))
	for i, p := range s.pictures {
		holder, err := gopdf.ImageHolderByBytes(p.data)
		if err != nil {
			return nil, ErrPicture
		}
		pictures[i] = holder
	}
	pdf.SetLineWidth(0.5)
	for _, page := range s.pages {
		pdf.AddPage()
		for _, o := range page {
			if err := drawOne(&pdf, o, pictures); err != nil {
				return nil, fmt.Errorf("paper: %w", err)
			}
		}
	}
	var out bytes.Buffer
	if _, err := pdf.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	file := &File{PDF: out.Bytes(), Pages: len(s.pages), Missing: slices.Sorted(maps.Keys(s.missing))}
	if !s.wide() {
		return file, nil
	}
	var err error
	file.PDF, err = mendUnicode(file.PDF)
	return file, err
}

// wide reports whether a character beyond U+FFFF stands in the document.
func (s *setter) wide() bool {
	for _, page := range s.pages {
		for _, o := range page {
			if strings.ContainsFunc(o.text, func(r rune) bool { return r > 0xFFFF }) {
				return true
			}
		}
	}
	return false
}

// used reports which faces stand in the document.
func (s *setter) used() (used [faceCount]bool) {
	for _, page := range s.pages {
		for _, o := range page {
			if o.kind == opText {
				used[o.face] = true
			}
		}
	}
	return used
}

func drawOne(pdf *gopdf.GoPdf, o op, pictures []gopdf.ImageHolder) error {
	switch o.kind {
	case opText:
		if err := pdf.SetFont(faceNames[o.face], "", o.size); err != nil {
			return err
		}
		pdf.SetXY(o.x, o.y)
		return pdf.Text(o.text)
	case opRule:
		pdf.Line(o.x, o.y, o.x+o.w, o.y)
	case opBox:
		pdf.RectFromUpperLeft(o.x, o.y, o.w, o.h)
	case opPicture:
		return pdf.ImageByHolder(pictures[o.picture], o.x, o.y, &gopdf.Rect{W: o.w, H: o.h})
	}
	return nil
}
