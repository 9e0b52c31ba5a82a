package store

import "microcourt/store/court/hearing"

// RecordingPart is a part of a hearing's recording that has come to its end, with its files as they lie on this machine.
type RecordingPart struct {
	Hearing string
	Part    int // from 1
	State   hearing.RecordingState
	Reason  string // why it ended or failed
	Files   []LocalRecording
	Spoke   []hearing.Spoke
}

// LocalRecording is a file of a part on this machine. Its ID, Size and SHA256 are found when it is taken.
type LocalRecording struct {
	Path string
	hearing.RecordedFile
}
