package archive

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Limits of what is read of an archive that anybody may have made.
const (
	maxFiles    = 1 << 20
	maxLine     = 4 << 20
	maxManifest = 256 << 20
)

// Source is an archive that is read. Nothing of it is ever written to disk.
type Source struct {
	names []string
	open  func(name string) (io.ReadCloser, error)
	close func() error
}

// Close closes the archive.
func (s *Source) Close() error { return s.close() }

// Open opens an archive in a folder or a zip file.
func Open(path string) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := OpenZip(f, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is not an archive: %w", path, err)
	}
	s.close = f.Close
	return s, nil
}

func openFolder(path string) (*Source, error) {
	root, err := os.OpenRoot(path) // nothing outside can be reached, also through links
	if err != nil {
		return nil, err
	}
	s := &Source{close: root.Close, open: func(name string) (io.ReadCloser, error) { return root.Open(name) }}
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is not a plain file", name)
		case len(s.names) == maxFiles:
			return errors.New("too many files")
		}
		s.names = append(s.names, name)
		return nil
	})
	if err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

// OpenZip reads an archive from a zip file as the export writes it: stored, not compressed.
func OpenZip(r io.ReaderAt, size int64) (*Source, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	if len(z.File) > maxFiles {
		return nil, errors.New("too many files")
	}
	var total uint64
	files := make(map[string]*zip.File, len(z.File))
	s := &Source{close: func() error { return nil }}
	for _, f := range z.File {
		switch {
		case !fs.ValidPath(f.Name) || f.Name == ".":
			return nil, fmt.Errorf("%q is no name of a file", f.Name)
		case files[f.Name] != nil:
			return nil, fmt.Errorf("%q is there twice", f.Name)
		case f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64:
			return nil, fmt.Errorf("%q is compressed, which an export never does: unpack the archive and verify the folder", f.Name)
		}
		if total += f.UncompressedSize64; f.UncompressedSize64 > uint64(size) || total > uint64(size) {
			return nil, errors.New("its files overlap")
		}
		files[f.Name] = f
		s.names = append(s.names, f.Name)
	}
	slices.Sort(s.names)
	s.open = func(name string) (io.ReadCloser, error) {
		f, ok := files[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return f.Open()
	}
	return s, nil
}

// read gives a file that has to fit into memory.
func (s *Source) read(name string, limit int64) ([]byte, error) {
	r, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(text)) > limit {
		return nil, errForm
	}
	return text, err
}

// lines calls f for each line of a file. A line that is too long, or has no end, ends the reading.
func (s *Source) lines(name string, f func(line []byte) error) error {
	r, err := s.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	in := bufio.NewReaderSize(r, 64<<10)
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return errForm
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return errForm
		case err != nil:
			return err
		}
		if err := f(line[:len(line)-1]); err != nil {
			return err
		}
		line = line[:0]
	}
}

// Answer is what a witness answered to the newest head in an archive.
type Answer struct {
	Witness string
	Answer  []byte
}

// maxAnswer bounds the answer of a witness, maxAnswers how many there are.
const (
	maxAnswer  = 64 << 10
	maxAnswers = 64
)

// Witnesses gives the newest head in the archive and what witnesses answered to it.
func (s *Source) Witnesses() (head string, answers []Answer) {
	text, err := s.read(CheckpointName, maxAnswer)
	if err != nil {
		return "", nil
	}
	for _, name := range s.names {
		witness, ok := strings.CutPrefix(name, witnessFolder)
		if !ok || len(answers) == maxAnswers {
			continue
		}
		if answer, err := s.read(name, maxAnswer); err == nil {
			answers = append(answers, Answer{witness, answer})
		}
	}
	return string(text), answers
}
