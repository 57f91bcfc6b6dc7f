use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0\x9a\x9b\x9c\x9d\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.txt";

fn kind(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let mut watch = Watch::default();
    // In pieces, so that characters are torn apart.
    bytes.chunks(3).for_each(|piece| watch.see(piece));
    of(name, &bytes[..bytes.len().min(HEAD)], &watch)
}

#[test]
fn kinds_are_told_from_the_bytes() {
    let docx: Vec<u8> = [
        &b"PK\x03\x04\x14\0\x06\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0\0"[..],
        b"word/document.xml",
    ]
    .concat();
    let ole = [&OLE[..], &[0; 600]].concat();
    let latin = b"Subject: Gr\xfc\xdfe\r\n\r\nGr\xfc\xdfe";
    for (name, bytes, expected) in [
        ("a.png", PNG, Some("image/png")),
        ("screenshot", PNG, Some("image/png")),
        ("a.jpg", JPEG, Some("image/jpeg")),
        ("a.gif", &b"GIF89a\x01\0\x01\0\x80"[..], Some("image/gif")),
        ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0", Some("image/webp")),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", Some("application/pdf")),
        ("a.pdf", b"%PDF-1.4\n1 0 obj", Some("application/pdf")),
        ("a.zip", ZIP, Some("application/zip")),
        ("a.docx", &docx, Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
        ("a.xlsx", ZIP, Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
        ("a.doc", &ole, Some("application/msword")),
        ("a.xls", &ole, Some("application/vnd.ms-excel")),
        ("a.ppt", &ole, Some("application/vnd.ms-powerpoint")),
        ("notes.txt", "Größe\r\n\tzwölf".as_bytes(), Some("text/plain")),
        ("notes", b"just words", Some("text/plain")),
        ("BMW.txt", b"BMW, MZ and GIF are words too", Some("text/plain")),
        ("who.txt", b"<bob@example.com> wrote", Some("text/plain")),
        ("list.csv", b"a;b\n1;2\n", Some("text/csv")),
        ("mail.eml", b"Return-Path: <jo@acme.example>\r\nSubject: x\r\n\r\nhello", Some("message/rfc822")),
        ("mail.eml", latin, Some("message/rfc822")),
        ("mail.eml", b"no head at all", Some("text/plain")),
    ] {
        assert_eq!(kind(name, bytes), expected, "{name}: {}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn pages_scripts_and_programs_are_refused_whatever_they_are_called() {
    let ole = [&OLE[..], &[0; 600]].concat();
    for (name, bytes) in [
        ("notes.txt", &b"<!DOCTYPE html><p>hi"[..]),
        ("notes.txt", b"\xef\xbb\xbf \n<html><script>alert(1)</script>"),
        ("picture.png", b"<html></html>"),
        ("picture.png", b"<SVG onload=alert(1)>"),
        ("picture.png", b"<?xml version=\"1.0\"?><svg/>"),
        ("a.txt", b"<!-- --><script>"),
        ("a.txt", b"<script src=x>"),
        ("a.txt", b"#!/bin/sh\nrm -rf /"),
        ("a.txt", b"@echo off\r\n"),
        ("page.html", b"only words"),
        ("page.HTM", b"only words"),
        ("drawing.svg", b"only words"),
        ("run.js", b"only words"),
        ("run.exe", b"only words"),
        ("run.ps1", b"only words"),
        ("picture.exe", PNG),
        ("a.jar", ZIP),
        ("a.xlsm", ZIP),
        ("a.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"),
        ("a.pdf", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("a.msi", &ole),
        ("a.pdf", &ole),
        ("a.bin", b"\0\x01\x02\x03"),
        ("a.txt", b"a\0b"),
        ("a.txt", b"Gr\xfc\xdfe"),
        ("a.txt", b"cut in a character \xc3"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04"),
        ("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"),
    ] {
        assert_eq!(kind(name, bytes), None, "{name}: {}", String::from_utf8_lossy(bytes));
    }
}
