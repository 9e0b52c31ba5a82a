package store

import (
	"context"
	"fmt"

	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// linesIn gives the lines of a hearing's transcript as linesOf does; where the recording stands in its place, the files of that.
func linesIn(ctx context.Context, q queryer, caseID string, h *hearing.State, since int64) ([]WrittenLine, error) {
	if !h.Replaced() {
		return linesOf(ctx, q, h.ID, since)
	}
	files, err := recordings(ctx, q, caseID, h.ID)
	lines := make([]WrittenLine, len(files))
	for i, f := range files {
		l := transcript.Line{ID: f.ID, Kind: transcript.Speech, Speaker: f.Seat, At: f.At,
			Text: fmt.Sprintf("第%d段%s，%d分%02d秒，校验值 %s", f.Part, hearing.MediumNames[f.Media].ZH, f.Duration/60_000, f.Duration/1000%60, f.SHA256)}
		if f.Seat == "" {
			l.Kind = transcript.Note
		}
		lines[i] = WrittenLine{Line: l, Position: int64(i + 1)}
	}
	return lines, err
}

// integrity gives the value that stands for all files of a recording.
func integrity(files []Recorded) string {
	hashes := make([]string, len(files))
	for i, f := range files {
		hashes[i] = f.SHA256
	}
	return hearing.Integrity(hashes)
}

// replacedPaper adds what a paper says of a recording that stands in place of the transcript.
func (s *Store) replacedPaper(ctx context.Context, caseID string, p *TranscriptPaper) (err error) {
	if p.Recorded, err = recordings(ctx, s, caseID, p.Hearing.ID); err != nil {
		return err
	}
	p.Integrity, p.Parties = integrity(p.Recorded), map[string]string{}
	parties, err := evidenceParties(ctx, s, caseID)
	for _, party := range parties {
		p.Parties[party.ID] = party.Standing + "　" + party.Name
	}
	return err
}
