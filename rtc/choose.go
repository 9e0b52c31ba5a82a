package rtc

// Layer is how much of a picture is sent: 0 none, then the simulcast layers from the smallest.
type Layer int

// The layers of a picture, in the order in which phones send them.
const (
	LayerNone Layer = iota
	LayerQuarter
	LayerHalf
	LayerFull
)

// rids are the names of the layers in SDP (RFC 8853), the smallest first, as browsers scale the first one most.
var rids = [...]string{LayerQuarter: "q", LayerHalf: "h", LayerFull: "f"}

func layerOf(rid string) (Layer, bool) {
	for l := LayerQuarter; l <= LayerFull; l++ {
		if rids[l] == rid {
			return l, true
		}
	}
	return LayerFull, rid == "" // without simulcast there is one layer, and it counts as the largest
}

// usual is what a layer takes, bit/s, while it isn't measured.
var usual = [...]float64{LayerQuarter: 110_000, LayerHalf: 270_000, LayerFull: 750_000}

// voice is what one person's sound takes, bit/s, with headers.
const voice = 40_000

// demand is what one slot of a receiver could show.
type demand struct {
	wish    Layer      // what the screen has room for, and the rules allow
	first   bool       // has the floor or presides: comes before the others
	now     Layer      // what is sent at present
	live    [4]bool    // which layers there are
	measure [4]float64 // bit/s of each; 0 if it isn't known
}

func (d *demand) cost(l Layer) float64 {
	if l == LayerNone {
		return 0
	}
	if d.measure[l] > 0 {
		return d.measure[l]
	}
	return usual[l]
}

// below is the largest layer that there is up to l.
func (d *demand) below(l Layer) Layer {
	for ; l > LayerNone; l-- {
		if d.live[l] {
			return l
		}
	}
	return LayerNone
}

// smallest is the smallest layer that there is within the wish.
func (d *demand) smallest() Layer {
	for l := LayerQuarter; l <= d.wish; l++ {
		if d.live[l] {
			return l
		}
	}
	return LayerNone
}

// choose shares bits (bit/s) among the slots: sound comes before all pictures, then everybody's small picture, the first ones' before the others', then larger ones in the same order. Going up needs some room to
// spare, so that a picture doesn't change to and fro. more is how much the first thing lacked that there was no room for; 0 where there was for everything.
func choose(bits float64, voices int, demands []demand) (chosen []Layer, more float64) {
	const spare = 1.15
	left := bits - float64(voices)*voice
	chosen = make([]Layer, len(demands))
	raise := func(first bool, to func(d *demand, have Layer) Layer) {
		for i := range demands {
			d := &demands[i]
			if d.first != first {
				continue
			}
			l := to(d, chosen[i])
			if l <= chosen[i] {
				continue
			}
			cost := d.cost(l) - d.cost(chosen[i])
			needed := cost
			if l > d.now {
				needed *= spare
			}
			if needed <= left {
				left -= cost
				chosen[i] = l
			} else if more == 0 {
				more = needed - left
			}
		}
	}
	small := func(d *demand, _ Layer) Layer { return d.smallest() }
	larger := func(d *demand, have Layer) Layer {
		for l := have + 1; l <= d.wish; l++ {
			if d.live[l] && have > LayerNone {
				return l
			}
		}
		return have
	}
	raise(true, small)
	raise(false, small)
	for range 2 {
		raise(true, larger)
	}
	for range 2 {
		raise(false, larger)
	}
	return chosen, more
}
