DROP TABLE texts_words;
DROP TABLE texts;
