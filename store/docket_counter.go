package store

import (
	"context"
	"database/sql"
	"fmt"

	"microcourt/store/court"
)

// nextDocket gives the next docket number of a court, year and type. Numbers follow each other without gaps: the counter's row stays locked until the commit, and an act that fails takes its
// number back. A number under which a case came from the court's case system is passed over.
func (tx *Tx) nextDocket(ctx context.Context, code string, year int, typeCode string) (court.Docket, error) {
	d := court.Docket{Year: year, CourtCode: code, TypeCode: typeCode}
	if !court.ValidCourtCode(code) {
		return d, court.ErrDocketUnset
	}
	if err := tx.startDockets(ctx, d); err != nil {
		return d, err
	}
	for {
		err := tx.row(ctx, `UPDATE docket_counter SET last = last + 1 WHERE court_code = $1 AND year = $2 AND type_code = $3 RETURNING last`, code, year, typeCode).Scan(&d.Number)
		if err != nil {
			return d, fmt.Errorf("count docket numbers: %w", err)
		}
		var taken int
		if err := tx.row(ctx, "SELECT COUNT(*) FROM court_case WHERE docket_number = $1", d.String()).Scan(&taken); err != nil || taken == 0 {
			return d, err
		}
	}
}

// startDockets makes the counter where there is none yet, behind the highest number that a case of this court, year and type has already.
func (tx *Tx) startDockets(ctx context.Context, d court.Docket) error {
	var there int
	err := tx.row(ctx, "SELECT COUNT(*) FROM docket_counter WHERE court_code = $1 AND year = $2 AND type_code = $3", d.CourtCode, d.Year, d.TypeCode).Scan(&there)
	if err != nil || there > 0 {
		return err
	}
	rows, err := tx.query(ctx, "SELECT docket_number FROM court_case WHERE docket_number LIKE $1", fmt.Sprintf("（%d）%s%s%%", d.Year, d.CourtCode, d.TypeCode))
	numbers, err := collect(rows, err, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) })
	if err != nil {
		return err
	}
	last := 0
	for _, n := range numbers {
		if has, ok := court.ParseDocketNumber(n); ok && has.CourtCode == d.CourtCode && has.TypeCode == d.TypeCode && has.Special == d.Special {
			last = max(last, has.Number)
		}
	}
	_, err = tx.exec(ctx, "INSERT INTO docket_counter (court_code, year, type_code, last) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", d.CourtCode, d.Year, d.TypeCode, last)
	return err
}
