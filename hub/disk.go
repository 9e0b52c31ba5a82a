package hub

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// diskEvery is how often the room on the disk is looked at.
	diskEvery = 2 * time.Second
	// diskStop is the part of DiskLow below which recording stops: what is left is for the record, without which nothing goes on.
	diskStop = 40
)

// diskState is how much room there is for recordings.
type diskState int32

const (
	diskEnough diskState = iota
	diskLow              // there is room for some hours, and somebody has to do something
	diskFull             // nothing more is recorded
)

// diskWatch follows how much room the disk has on which hearings are recorded.
type diskWatch struct {
	dir   string
	low   int64 // bytes; 0: nobody is to be told
	free  atomic.Int64
	state atomic.Int32
}

// look finds the state. Going back takes more room than going there, so that it doesn't go to and fro.
func (d *diskWatch) look() (was, is diskState, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &fs); err != nil {
		return 0, 0, err
	}
	free := int64(fs.Bavail) * int64(fs.Bsize)
	d.free.Store(free)
	was = diskState(d.state.Load())
	switch least := d.low / diskStop; {
	case free < least || was == diskFull && free < 2*least:
		is = diskFull
	case free < d.low || was != diskEnough && free < d.low+d.low/10:
		is = diskLow
	}
	d.state.Store(int32(is))
	return was, is, nil
}

func (d *diskWatch) now() diskState { return diskState(d.state.Load()) }

// watchDisk tells of a disk that fills up while there is time to do something: in the log, and to the court's people in hearings.
func (h *Hub) watchDisk() {
	if h.recordings == "" || h.disk.low <= 0 {
		return
	}
	ticker := time.NewTicker(diskEvery)
	defer ticker.Stop()
	for {
		h.lookAtDisk()
		select {
		case <-h.stop:
			return
		case <-ticker.C:
		}
	}
}

func (h *Hub) lookAtDisk() {
	if err := os.MkdirAll(h.disk.dir, 0o700); err != nil {
		h.log.Error("there is no folder for recordings", "err", err)
		return
	}
	was, is, err := h.disk.look()
	if err != nil {
		h.log.Error("the room on the disk for recordings can't be told", "err", err)
		return
	}
	if was == is {
		return
	}
	free := h.disk.free.Load() >> 20
	switch is {
	case diskFull:
		h.log.Error("the disk is full: hearings go on without being recorded until there is room", "folder", h.disk.dir, "free_mib", free)
	case diskLow:
		h.log.Warn("the disk for recordings fills up: make room before hearings can't be recorded", "folder", h.disk.dir, "free_mib", free)
	default:
		h.log.Info("the disk for recordings has room again", "folder", h.disk.dir, "free_mib", free)
	}
	h.stirHalls("")
}

// Disk gives how many bytes are free where hearings are recorded, 0 where none are, and whether that is little.
func (h *Hub) Disk() (free int64, low bool) { return h.disk.free.Load(), h.disk.now() != diskEnough }
