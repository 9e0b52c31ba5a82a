package liveness

import (
	"math"
	"slices"
)

const (
	sameShare = 0.12 // of the usual difference: two pictures that differ less are one picture
	sameFloor = 1e-6
	cutTimes  = 7    // a shift so many times the usual is a jump
	cutFloor  = 0.25 // and at least this, in cells of the small picture: a hundredth of the frame's width
	burstMs   = 350  // jumps within it are one: a phone that was knocked
	farMin    = 200  // ms between pictures that show movement
	farMax    = 340
	dimFace   = 0.01 // linear light of a face below which the picture is noise
)

// course is what the frames say about whether they are one continuous capture of something that moves.
type course struct {
	repeated int     // frames that were there before
	cuts     int     // times at which the picture jumps
	movement float64 // how much further the picture moves in 200 to 340 ms than between neighbours; noise alone gives 1
}

// courseOf compares frames with each other.
func courseOf(looks []look) course {
	n := len(looks)
	var out course
	steps, moves := make([]float64, n), make([]float64, n) // from the frame before: difference, shift
	var usual, usualMove []float64
	sharp := make([]relieved, n)
	for i := range looks {
		sharp[i] = sharpen(&looks[i])
	}
	for i := 1; i < n; i++ {
		steps[i] = differ(&looks[i-1], &looks[i])
		usual = append(usual, steps[i])
		if !sharp[i-1].dim && !sharp[i].dim {
			moves[i] = shift(&sharp[i-1], &sharp[i])
			usualMove = append(usualMove, moves[i])
		}
	}
	same := max(sameShare*median(usual), sameFloor)
	for i := 1; i < n; i++ {
		for j := range i {
			if !sharp[i].dim && differ(&looks[j], &looks[i]) < same {
				out.repeated++
				break
			}
		}
	}
	bound, last := max(cutTimes*median(usualMove), cutFloor), math.MinInt
	for i := 1; i < n; i++ {
		if moves[i] > bound {
			if last == math.MinInt || looks[i].at-last > burstMs {
				out.cuts++
			}
			last = looks[i].at
		}
	}
	var far, near, nFar, nNear float64
	for i := range looks {
		if i > 0 && moves[i] > 0 {
			near += min(moves[i], bound) * min(moves[i], bound)
			nNear++
		}
		for j := i + 2; j < n && looks[j].at-looks[i].at <= farMax; j++ {
			if looks[j].at-looks[i].at < farMin || sharp[i].dim || sharp[j].dim {
				continue
			}
			m := min(shift(&sharp[i], &sharp[j]), bound)
			far += m * m
			nFar++
			break
		}
	}
	if nFar > 0 && near > 0 {
		out.movement = math.Sqrt(far / nFar / (near / nNear))
	}
	return out
}

// relieved is a small picture without what light does to large areas of it, and its slopes.
type relieved struct {
	v, dx, dy [thumbSide * thumbSide]float64
	dim       bool
}

// sharpen takes from each cell the mean of those around it.
func sharpen(l *look) (r relieved) {
	r.dim = l.face.bright() < dimFace
	const reach = 2
	for y := range thumbSide {
		for x := range thumbSide {
			var sum, n float64
			for j := max(y-reach, 0); j <= min(y+reach, thumbSide-1); j++ {
				for i := max(x-reach, 0); i <= min(x+reach, thumbSide-1); i++ {
					sum += l.thumb[j*thumbSide+i]
					n++
				}
			}
			r.v[y*thumbSide+x] = l.thumb[y*thumbSide+x] - sum/n
		}
	}
	normalize(r.v[:])
	for y := 1; y < thumbSide-1; y++ {
		for x := 1; x < thumbSide-1; x++ {
			at := y*thumbSide + x
			r.dx[at] = (r.v[at+1] - r.v[at-1]) / 2
			r.dy[at] = (r.v[at+thumbSide] - r.v[at-thumbSide]) / 2
		}
	}
	return r
}

// shift is how far one picture lies from the other, in cells: the displacement that explains their difference best (Lucas and Kanade 1981), which a change of
// light explains badly.
func shift(a, b *relieved) float64 {
	var xx, xy, yy, xd, yd float64
	for i := range a.v {
		gx, gy, d := (a.dx[i]+b.dx[i])/2, (a.dy[i]+b.dy[i])/2, a.v[i]-b.v[i]
		xx += gx * gx
		xy += gx * gy
		yy += gy * gy
		xd += gx * d
		yd += gy * d
	}
	det := xx*yy - xy*xy
	if det < 1e-9 {
		return 0
	}
	return math.Hypot((xd*yy-yd*xy)/det, (yd*xx-xd*xy)/det)
}

func differ(a, b *look) float64 {
	var sum float64
	for i := range a.thumb {
		d := a.thumb[i] - b.thumb[i]
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(a.thumb)))
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}
