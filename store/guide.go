package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/guide"
)

// GuideVersion is a page of the guide in one of its versions.
type GuideVersion struct {
	ID      string `json:"id"`
	Version int64  `json:"version" doc:"counts the versions, from 1"`
	guide.Page
	At int64  `json:"at" doc:"when this version was written"`
	By string `json:"by,omitempty" doc:"who wrote it; told to administrators alone"`
}

// GuideChange is what a page is to say from now on. Version is the one that its author saw, 0 for a new page.
type GuideChange struct {
	ID        string
	Version   int64
	Page      guide.Page // as guide.Page.Clean gives it
	By        By
	SessionID string
}

// maxGuidePages bounds the pages of the guide.
const maxGuidePages = 500

// SaveGuidePage adds a version to a page. court.ErrGuideChanged where somebody else has written one since; the same again is good.
func (s *Store) SaveGuidePage(ctx context.Context, c GuideChange) (*GuideVersion, error) {
	if !court.ValidID(c.ID) {
		return nil, court.ErrInvalid.In("page")
	}
	if err := s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.saveGuidePage(ctx, &c) }); err != nil {
		return nil, err
	}
	return s.GuideVersion(ctx, c.ID, 0)
}

func (tx *Tx) saveGuidePage(ctx context.Context, c *GuideChange) error {
	if err := tx.checkSession(ctx, c.SessionID, c.By.PersonID); err != nil {
		return err
	}
	var version, n int64
	err := tx.row(ctx, "SELECT version FROM guide_page WHERE id = $1"+tx.lock, c.ID).Scan(&version)
	switch {
	case errors.Is(err, sql.ErrNoRows) && c.Version != 0:
		return court.ErrGuideChanged
	case errors.Is(err, sql.ErrNoRows):
		if err := tx.row(ctx, "SELECT COUNT(*) FROM guide_page").Scan(&n); err != nil {
			return err
		}
		if n >= maxGuidePages {
			return court.ErrTooMany
		}
	case err != nil:
		return err
	case version != c.Version:
		was, err := guidePage(tx.row(ctx, guideVersions+" WHERE v.page_id = $1 AND v.version = $2", c.ID, version))
		if err == nil && (version != c.Version+1 || was.Page != c.Page) {
			err = court.ErrGuideChanged
		}
		return err // nil: the answer was lost
	}
	version++
	if _, err := tx.exec(ctx, "INSERT INTO guide_page (id, version) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET version = excluded.version", c.ID, version); err != nil {
		return err
	}
	p := &c.Page
	_, err = tx.exec(ctx, `INSERT INTO guide_version (page_id, version, section, position, shown, title, title_en, body, body_en, by_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, c.ID, version, string(p.Section), p.Position, bit(p.Shown), p.Title.ZH, p.Title.EN, p.Body.ZH, p.Body.EN, c.By.PersonID, tx.now)
	if err != nil {
		return err
	}
	return tx.audit(ctx, c.By.PersonID, court.ActGuideEdit, c.ID, p.Title.ZH, c.By.Address)
}

const guideVersions = `SELECT v.page_id, v.version, v.section, v.position, v.shown, v.title, v.title_en, v.body, v.body_en, v.at, COALESCE(p.name, '')
	FROM guide_version v LEFT JOIN person p ON p.id = v.by_id`

func guidePage(r interface{ Scan(...any) error }) (g GuideVersion, err error) {
	var shown int64
	err = r.Scan(&g.ID, &g.Version, &g.Section, &g.Position, &shown, &g.Title.ZH, &g.Title.EN, &g.Body.ZH, &g.Body.EN, &g.At, &g.By)
	g.Shown = shown != 0
	return g, notFound(err)
}

// GuidePages gives the newest version of the pages in which all terms of a query stand, in order; with hidden, those too that aren't shown.
func (s *Store) GuidePages(ctx context.Context, query string, hidden bool) ([]GuideVersion, error) {
	where, args := "", []any{}
	if !hidden {
		where = " AND v.shown = 1"
	}
	for _, term := range searchTerms(query) {
		args = append(args, "%"+escapeLike(strings.ToLower(term))+"%")
		n := param(len(args))
		where += ` AND (lower(v.title) LIKE ` + n + ` ESCAPE '\' OR lower(v.body) LIKE ` + n + ` ESCAPE '\' OR lower(v.title_en) LIKE ` + n + ` ESCAPE '\' OR lower(v.body_en) LIKE ` + n + ` ESCAPE '\')`
	}
	rows, err := s.query(ctx, guideVersions+" JOIN guide_page g ON g.id = v.page_id AND g.version = v.version WHERE 1 = 1"+where+" ORDER BY v.section, v.position, v.page_id", args...)
	return collect(rows, err, func(r *sql.Rows) (GuideVersion, error) { return guidePage(r) })
}

// GuideVersion gives a version of a page, or with 0 its newest. court.ErrNotFound where there is none.
func (s *Store) GuideVersion(ctx context.Context, id string, version int64) (*GuideVersion, error) {
	g, err := guidePage(s.row(ctx, guideVersions+" JOIN guide_page g ON g.id = v.page_id WHERE v.page_id = $1 AND v.version = CASE WHEN $2 = 0 THEN g.version ELSE $2 END", id, version))
	if err != nil {
		return nil, err
	}
	return &g, nil
}

// GuideVersions gives all versions of a page, the newest first.
func (s *Store) GuideVersions(ctx context.Context, id string) ([]GuideVersion, error) {
	rows, err := s.query(ctx, guideVersions+" WHERE v.page_id = $1 ORDER BY v.version DESC", id)
	list, err := collect(rows, err, func(r *sql.Rows) (GuideVersion, error) { return guidePage(r) })
	if err == nil && len(list) == 0 {
		err = court.ErrNotFound
	}
	return list, err
}
