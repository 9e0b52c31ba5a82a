package rtc

// reorder puts packets into their order again, and waits for late ones as long as lateness.
type reorder struct {
	began   bool
	next    uint16
	waiting []*recordedPacket // in order of their numbers, all after next
}

// put takes a packet and gives those that can go on, in order.
func (o *reorder) put(p *recordedPacket) []*recordedPacket {
	seq := p.header.SequenceNumber
	if !o.began {
		o.began, o.next = true, seq
	}
	if int16(seq-o.next) < 0 {
		return nil // too late, or a repeat
	}
	at := len(o.waiting)
	for at > 0 && int16(seq-o.waiting[at-1].header.SequenceNumber) <= 0 {
		at--
	}
	if at < len(o.waiting) && o.waiting[at].header.SequenceNumber == seq {
		return nil
	}
	kept := *p
	o.waiting = append(o.waiting, nil)
	copy(o.waiting[at+1:], o.waiting[at:])
	o.waiting[at] = &kept
	n := 0
	for n < len(o.waiting) {
		w := o.waiting[n]
		if w.header.SequenceNumber != o.next && p.at.Sub(w.at) < lateness && len(o.waiting) < recordQueue {
			break
		}
		o.next = w.header.SequenceNumber + 1
		n++
	}
	return o.take(n)
}

func (o *reorder) take(n int) []*recordedPacket {
	out := append([]*recordedPacket(nil), o.waiting[:n]...)
	o.waiting = append(o.waiting[:0], o.waiting[n:]...)
	return out
}

// rest gives all that waits.
func (o *reorder) rest() []*recordedPacket {
	if n := len(o.waiting); n > 0 {
		o.next = o.waiting[n-1].header.SequenceNumber + 1
	}
	return o.take(len(o.waiting))
}
