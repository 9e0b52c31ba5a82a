package rtc

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/bits"
	"os"
)

// The elements of WebM (RFC 8794, RFC 9559) that lead to the frames of a file.
const (
	ebmlSegment  = 0x18538067
	ebmlCluster  = 0x1F43B675
	ebmlTimecode = 0xE7
	ebmlBlock    = 0xA3
)

// webmLength gives how many frames a file of ours holds, and when the last of them stands, ms. A file that breaks off anywhere is read as far as it goes.
func webmLength(path string) (last int64, frames int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 64<<10)
	var cluster int64
	for {
		id, _, err := readVint(r, true)
		if err != nil {
			return last, frames, ended(err)
		}
		size, unknown, err := readVint(r, false)
		if err != nil {
			return last, frames, ended(err)
		}
		switch {
		case id == ebmlSegment || id == ebmlCluster:
			continue // what follows is in it
		case unknown || size > 1<<40:
			return last, frames, nil
		case id == ebmlTimecode && size <= 8:
			b := make([]byte, 8)
			if _, err := io.ReadFull(r, b[8-size:]); err != nil {
				return last, frames, ended(err)
			}
			cluster, size = int64(binary.BigEndian.Uint64(b)), 0
		case id == ebmlBlock && size >= 4:
			b := make([]byte, 4) // of which track, when after its cluster, flags
			if _, err := io.ReadFull(r, b); err != nil {
				return last, frames, ended(err)
			}
			frames++
			last, size = max(last, cluster+int64(int16(binary.BigEndian.Uint16(b[1:])))), size-4
		}
		if _, err := r.Discard(int(size)); err != nil {
			return last, frames, ended(err)
		}
	}
}

func ended(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}

// readVint reads an identifier, which keeps the bit that marks its length, or a size, which may be unknown.
func readVint(r *bufio.Reader, marked bool) (value uint64, unknown bool, err error) {
	first, err := r.ReadByte()
	if err != nil {
		return 0, false, err
	}
	length := bits.LeadingZeros8(first) + 1
	if length > 8 {
		return 0, false, io.EOF
	}
	value = uint64(first)
	if !marked {
		value &= 1<<(8-length) - 1
	}
	for range length - 1 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, false, err
		}
		value = value<<8 | uint64(b)
	}
	return value, !marked && value == 1<<(7*length)-1, nil
}
