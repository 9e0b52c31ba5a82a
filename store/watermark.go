package store

import (
	"context"
	"time"

	"microcourt/store/court"
)

// WatermarkSetting is the court's order that evidence is shown with the reader's name over it, or the end of that.
type WatermarkSetting struct {
	RoomAct `json:"-"`
	On      bool   `json:"on"`
	Reason  string `json:"reason,omitempty"`
}

// SetWatermark puts the order into the room.
func (s *Store) SetWatermark(ctx context.Context, w WatermarkSetting) (Appended, error) {
	if err := court.CheckReason(w.Reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, w.RoomAct, court.ActWatermarkSet, court.KindWatermarkSet, w, func(context.Context, *acting) (any, error) { return w, nil })
}

// watermarked reports whether the court has asked for the reader's name over a case's evidence.
func watermarked(ctx context.Context, q queryer, caseID string) (bool, error) {
	var n int
	err := q.row(ctx, "SELECT COUNT(*) FROM watermark WHERE case_id = $1 AND shown = 1", caseID).Scan(&n)
	return n > 0, err
}

// MarkFor gives what a reader's views bear: the name as it stands in the case, the docket number, and the day.
func (s *Store) MarkFor(ctx context.Context, caseID, participantID string) (string, error) {
	var name, docket string
	err := s.row(ctx, "SELECT p.name, c.docket_number FROM participant p JOIN court_case c ON c.id = p.case_id WHERE p.case_id = $1 AND p.id = $2",
		caseID, participantID).Scan(&name, &docket)
	return name + "　" + docket + "　" + s.now().In(time.FixedZone("CST", 8*60*60)).Format("2006-01-02"), err
}
