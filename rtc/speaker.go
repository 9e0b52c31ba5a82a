package rtc

import "sync/atomic"

// loudness follows how loud somebody is, from the levels that the phone puts on its packets (RFC 6464): a measure that rises quickly and falls slowly, so that pauses between words don't count as silence.
type loudness struct {
	value atomic.Int32 // 0 silent .. 127*16 loudest
}

// hear takes the level of one packet: 0 is loudest, 127 silent, as the standard has it.
func (l *loudness) hear(level uint8) {
	now := int32(127-min(level, 127)) * 16
	old := l.value.Load()
	if now > old {
		l.value.Store(old + (now-old)/2)
	} else {
		l.value.Store(old + (now-old)/24)
	}
}

// fade takes a fifth of a second without a packet.
func (l *loudness) fade() { l.value.Store(l.value.Load() * 3 / 4) }

// speaks reports whether that counts as speech; speaking is whether it did before, for one stops later than one begins.
func (l *loudness) speaks(speaking bool) bool {
	threshold := int32(127-50) * 16 // -50 dBov
	if speaking {
		threshold = (127 - 60) * 16
	}
	return l.value.Load() > threshold
}
