//! What the window shows: tokens, widgets and screens. It reads the state and pushes actions; it decides nothing about jobs or money.

pub mod components;
pub mod icons;
pub mod occlusion;
pub mod paint;
pub mod screens;
pub mod text_style;
pub mod theme;
pub mod tokens;
pub mod widgets;
