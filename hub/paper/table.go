package paper

func (t Table) set(s *setter) {
	total := 0.0
	for _, c := range t.Columns {
		total += c.Width
	}
	widths := make([]float64, len(t.Columns))
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		widths[i], head[i] = fieldWidth*c.Width/total, c.Head
	}
	top := t.cells(s, head, widths, true)
	s.need(height(top) + 2*smallLine)
	t.row(s, top, widths, true)
	for _, row := range t.Rows {
		cells := t.cells(s, row, widths, false)
		for len(cells) > 0 {
			room := fieldBottom - s.y
			if h := height(cells); h > room+tolerance && h <= fieldHeight-height(top) || room < smallLine+2*cellPad {
				s.newPage()
				t.row(s, top, widths, true)
				continue
			}
			var now [][]line
			now, cells = divideRow(cells, int((fieldBottom-s.y-2*cellPad+tolerance)/smallLine))
			t.row(s, now, widths, false)
		}
	}
	s.y += smallLine / 2
}

// cells breaks the texts of a row into lines.
func (t Table) cells(s *setter, row []string, widths []float64, head bool) [][]line {
	cells := make([][]line, len(widths))
	for i := range widths {
		if i >= len(row) {
			continue
		}
		for _, runs := range paragraphs([]Run{{row[i], head}}) {
			lines := breakLines(s.boxes(runs, smallSize), widths[i]-2*cellPad, 0, smallSize)
			if len(lines) == 0 {
				lines = []line{{last: true}}
			}
			cells[i] = append(cells[i], lines...)
		}
	}
	return cells
}

// height is how high a row is, with its padding.
func height(cells [][]line) float64 {
	most := 1
	for _, c := range cells {
		most = max(most, len(c))
	}
	return float64(most)*smallLine + 2*cellPad
}

// divideRow parts a row after so many lines; the rest is nil when nothing is left.
func divideRow(cells [][]line, lines int) (now, rest [][]line) {
	now, rest = make([][]line, len(cells)), make([][]line, len(cells))
	left := false
	for i, c := range cells {
		n := min(len(c), max(lines, 1))
		now[i], rest[i] = c[:n], c[n:]
		left = left || n < len(c)
	}
	if !left {
		rest = nil
	}
	return now, rest
}

// row places a row with its borders and goes down.
func (t Table) row(s *setter, cells [][]line, widths []float64, head bool) {
	h, x := height(cells), fieldLeft
	for i, c := range cells {
		s.put(op{kind: opBox, x: x, y: s.y, w: widths[i], h: h})
		align := t.Columns[i].Align
		if head {
			align = Center
		}
		for n, l := range c {
			s.lineAt(l, x+cellPad, s.y+cellPad+float64(n)*smallLine, widths[i]-2*cellPad, smallSize, smallLine, align)
		}
		x += widths[i]
	}
	s.y += h
}
