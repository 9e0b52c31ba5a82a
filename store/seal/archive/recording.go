package archive

import (
	"encoding/json"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// recordingFolder holds the files of hearings' recordings, in the court's archives alone: who may play a recording doesn't thereby get a copy.
const recordingFolder = "recordings/"

// Recording is a file of a recording as an event names it. The event's body holds its hash, and is sealed.
type Recording struct {
	ID     string `json:"id"`
	Media  string `json:"media"`
	SHA256 string `json:"sha256"`
}

// Name gives where its bytes lie.
func (r Recording) Name() string {
	if r.Media == "speaking" {
		return recordingFolder + r.ID + ".json"
	}
	return recordingFolder + r.ID + ".webm"
}

// Recordings gives the files of a recording whose bytes belong into an archive beside the event that names them.
func (v View) Recordings(thread string, l *Line) []Recording {
	if !v.Court || thread != court.RoomThread || l.Kind != string(court.KindHearingRecording) || !strings.Contains(l.Body, `"files"`) {
		return nil
	}
	var b struct {
		Files []Recording `json:"files"`
	}
	if json.Unmarshal([]byte(l.Body), &b) != nil {
		return nil
	}
	return b.Files
}

// recording sees that the value that is signed of a recording in place of a transcript is that of the files that the room names before it.
func (t *threadCheck) recording(l *Line) {
	kind := court.Kind(l.Kind)
	if t.thread != court.RoomThread || kind != court.KindHearingRecording && kind != court.KindTranscriptPresented {
		return
	}
	var b struct {
		Hearing   string      `json:"hearing"`
		Files     []Recording `json:"files"`
		Integrity string      `json:"recording_sha256"`
	}
	if json.Unmarshal([]byte(l.Body), &b) != nil {
		return
	}
	for _, f := range b.Files {
		t.recorded[b.Hearing] = append(t.recorded[b.Hearing], f.SHA256)
	}
	if kind == court.KindTranscriptPresented && b.Integrity != "" && b.Integrity != hearing.Integrity(t.recorded[b.Hearing]) {
		t.v.find(Finding{Code: RecordingForged, Thread: t.thread, Seq: l.Seq})
	}
}
