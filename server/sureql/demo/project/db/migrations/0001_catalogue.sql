-- The music on sale: artists, albums, tracks and playlists.
PRAGMA foreign_keys = ON;

CREATE TABLE artist (
    artist_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT NOT NULL
);

CREATE TABLE album (
    album_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    title        TEXT NOT NULL,
    artist_id    INTEGER NOT NULL REFERENCES artist (artist_id),
    release_date TEXT
);

CREATE TABLE genre (
    genre_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL UNIQUE
);

CREATE TABLE track (
    track_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    album_id     INTEGER NOT NULL REFERENCES album (album_id),
    genre_id     INTEGER REFERENCES genre (genre_id),
    composer     TEXT,
    milliseconds INTEGER NOT NULL,
    unit_price   NUMERIC NOT NULL DEFAULT 0.99
);

CREATE TABLE playlist (
    playlist_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL
);

CREATE TABLE playlist_track (
    playlist_id INTEGER NOT NULL REFERENCES playlist (playlist_id),
    track_id    INTEGER NOT NULL REFERENCES track (track_id),
    position    INTEGER NOT NULL,
    PRIMARY KEY (playlist_id, track_id)
);
