package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/courthouse"
)

// Courthouse is a court of the list that people find their way by.
type Courthouse struct {
	ID string `json:"id"`
	courthouse.Court
	SeenAt int64 `json:"seen_at" doc:"when the court last confirmed this"`
}

// CourthouseChange is a list that is brought in: the good rows of a file. Complete says that it names all courts there are, so that those it doesn't
// name are taken out. Refused says for the audit how many rows weren't good.
type CourthouseChange struct {
	Courts    []courthouse.Court
	Complete  bool
	Refused   int
	By        By
	SessionID string // of By's person, "" for the console and the case system
}

// CourthouseReport names the courts by what became of them.
type CourthouseReport struct{ Added, Updated, Unchanged, Removed []string }

// degreeParts is into how many parts a degree is divided where it is stored.
const degreeParts = 1e6

const courthouseColumns = "id, name, level, address, phone, hours, latitude, longitude, datum, seen_at"

func scanCourthouse(row interface{ Scan(...any) error }) (c Courthouse, err error) {
	var lat, lon sql.NullInt64
	var datum courthouse.Datum
	err = row.Scan(&c.ID, &c.Name, &c.Level, &c.Address, &c.Phone, &c.Hours, &lat, &lon, &datum, &c.SeenAt)
	if lat.Valid {
		c.Position = &courthouse.Position{Latitude: float64(lat.Int64) / degreeParts, Longitude: float64(lon.Int64) / degreeParts, Datum: datum}
	}
	return c, notFound(err)
}

// ImportCourthouses takes a list over in one transaction: courts that are there already are brought up to date by their name, and keep their ids.
func (s *Store) ImportCourthouses(ctx context.Context, c CourthouseChange) (report CourthouseReport, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		report = CourthouseReport{}
		if c.By.PersonID != "" {
			if err := tx.checkSession(ctx, c.SessionID, c.By.PersonID); err != nil {
				return err
			}
		}
		rows, err := tx.query(ctx, "SELECT "+courthouseColumns+" FROM courthouse ORDER BY name"+tx.lock)
		there, err := collect(rows, err, func(r *sql.Rows) (Courthouse, error) { return scanCourthouse(r) })
		if err != nil {
			return err
		}
		was := map[string]Courthouse{}
		for _, t := range there {
			was[t.Name] = t
		}
		for _, now := range c.Courts {
			old, known := was[now.Name]
			delete(was, now.Name)
			switch {
			case !known:
				old.ID = NewID()
				report.Added = append(report.Added, now.Name)
			case sameCourthouse(old.Court, now):
				report.Unchanged = append(report.Unchanged, now.Name)
			default:
				report.Updated = append(report.Updated, now.Name)
			}
			if err := tx.putCourthouse(ctx, old.ID, &now); err != nil {
				return err
			}
		}
		for _, t := range there {
			if _, unnamed := was[t.Name]; !unnamed || !c.Complete {
				continue
			}
			if _, err := tx.exec(ctx, "DELETE FROM courthouse WHERE id = $1", t.ID); err != nil {
				return err
			}
			report.Removed = append(report.Removed, t.Name)
		}
		return tx.audit(ctx, c.By.PersonID, court.ActCourthouseImport, "", fmt.Sprintf("added %d, updated %d, unchanged %d, removed %d, refused %d",
			len(report.Added), len(report.Updated), len(report.Unchanged), len(report.Removed), c.Refused), c.By.Address)
	})
	return report, err
}

func sameCourthouse(a, b courthouse.Court) bool {
	samePlace := a.Position == nil && b.Position == nil || a.Position != nil && b.Position != nil && *a.Position == *b.Position
	a.Position, b.Position = nil, nil
	return samePlace && a == b
}

func (tx *Tx) putCourthouse(ctx context.Context, id string, c *courthouse.Court) error {
	var lat, lon any
	var datum courthouse.Datum
	if p := c.Position; p != nil {
		lat, lon, datum = int64(math.Round(p.Latitude*degreeParts)), int64(math.Round(p.Longitude*degreeParts)), p.Datum
	}
	_, err := tx.exec(ctx, `INSERT INTO courthouse (`+courthouseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET level = excluded.level, address = excluded.address, phone = excluded.phone, hours = excluded.hours,
		latitude = excluded.latitude, longitude = excluded.longitude, datum = excluded.datum, seen_at = excluded.seen_at`,
		id, c.Name, string(c.Level), c.Address, c.Phone, c.Hours, lat, lon, string(datum), tx.now)
	return err
}

// Courthouses gives the courts in whose name or address all words of a query stand, by name.
func (s *Store) Courthouses(ctx context.Context, query string) ([]Courthouse, error) {
	where, args := "", []any{}
	for _, term := range searchTerms(query) {
		args = append(args, "%"+escapeLike(strings.ToLower(term))+"%")
		n := param(len(args))
		where += ` AND (lower(name) LIKE ` + n + ` ESCAPE '\' OR lower(address) LIKE ` + n + ` ESCAPE '\')`
	}
	rows, err := s.query(ctx, "SELECT "+courthouseColumns+" FROM courthouse WHERE 1 = 1"+where+" ORDER BY name", args...)
	return collect(rows, err, func(r *sql.Rows) (Courthouse, error) { return scanCourthouse(r) })
}

// Courthouse gives one court, or court.ErrNotFound.
func (s *Store) Courthouse(ctx context.Context, id string) (*Courthouse, error) {
	c, err := scanCourthouse(s.row(ctx, "SELECT "+courthouseColumns+" FROM courthouse WHERE id = $1", id))
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// CourthousesSeen is when a list of courts was last brought in, 0 for never.
func (s *Store) CourthousesSeen(ctx context.Context) (at int64, err error) {
	return at, s.row(ctx, "SELECT COALESCE(MAX(seen_at), 0) FROM courthouse").Scan(&at)
}
